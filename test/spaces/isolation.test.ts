import { Agent, request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-reader.ts';
import type { ControlBody } from '../support/ringback.ts';
import { smallPdf, useTestServer } from '../support/test-server.ts';

const spaceCount = 200;
const submissionsEach = 20;

/** The differences of each space: its scripts, its settings, its clock. */
interface World {
  readonly name: string;
  readonly index: number;
  readonly base: string;
  readonly documents: string[];
}

const boundary = 'ringback-isolation';
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

interface Answer {
  readonly status: number;
  readonly body: ControlBody;
}

/** Posts without `fetch`, which needs longer to make a form than the server to respond, thousands of times. */
function send(method: string, url: string, body = '', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const request = httpRequest(url, { method, agent, headers: { ...length, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

const json = { 'content-type': 'application/json' };

function form(fields: Record<string, string>): string {
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${texts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n${smallPdf()}\r\n--${boundary}--\r\n`;
}

/** The n-th script of a space. Its name is the same in every space, its behavior is not. */
function script({ index }: World, n: number): string {
  return `name: story-${n}\nprovider: docdigitizer\noutcome: { final: rejected, reason: ${reason(index, n)} }\ntimings: { machineLearning: 1s, final: ${finalSeconds(index, n)}s }\n`;
}

const inboxStatus = ({ index }: World) => 200 + (index % 5);
const reason = (index: number, n: number) => `reason-${index}-${n}`;
const finalSeconds = (index: number, n: number) => 2 + ((index * submissionsEach + n) % 977);

describe(`${spaceCount} spaces on one server, ${submissionsEach} submissions each, all concurrent`, () => {
  const server = useTestServer();
  const worlds: World[] = [];
  const control = async (world: World, method: string, path: string, body?: unknown) => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = typeof body === 'object' ? json : {};
    const answer = await send(method, `${world.base}/_ringback/${path}`, text, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const everywhere = <T>(act: (world: World) => Promise<T>): Promise<T[]> => Promise.all(worlds.map(act));

  async function submit(world: World, n: number): Promise<void> {
    const callbackUrl = `${world.base}/_ringback/inbox/box-${n % 3}?from=${world.index}`;
    const headers = {
      authorization: 'Bearer any',
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'x-ringback-scenario': `story-${n}`,
    };
    const url = `${world.base}/docdigitizer/api/v2/documents`;
    const { status, body } = await send('POST', url, form({ callbackUrl }), headers);
    expect(status).toBe(202);
    world.documents[n] = body.document_id;
  }

  beforeAll(async () => {
    for (let index = 0; index < spaceCount; index++) {
      const name = `world-${index}`;
      worlds.push({ name, index, base: `${server().url}/@${name}`, documents: [] });
    }
    await everywhere(async (world) => {
      await control(world, 'PATCH', 'settings', { 'docdigitizer.initialState': world.index });
      await control(world, 'PUT', 'inboxes/box-0', { answers: [{ status: inboxStatus(world) }] });
      await control(world, 'POST', 'clock', { advance: `${world.index}m` });
      await control(world, 'POST', 'next', { scenario: 'docdigitizer/error', times: world.index + 1 });
    });
    // Neighboring submissions are never in the same space.
    await Promise.all(
      Array.from({ length: submissionsEach }, (_, n) =>
        everywhere(async (world) => {
          await control(world, 'PUT', `scenarios/docdigitizer/story-${n}`, script(world, n));
          await submit(world, n);
        }),
      ),
    );
    await everywhere((world) => control(world, 'POST', 'clock', { settle: true }));
  }, 240_000);

  it('have as many runs as submissions, each of the requested script', async () => {
    await everywhere(async (world) => {
      const { runs, total } = await control(world, 'GET', 'runs?state=finished');
      expect(total).toBe(submissionsEach);
      const played = new Map(runs.map((run: ControlBody) => [run.resourceId, run.scenario]));
      expect(played).toEqual(new Map(world.documents.map((id, n) => [id, `docdigitizer/story-${n}`])));
    });
  });

  it('give out the same ids, whatever happens elsewhere', () => {
    const [first, ...others] = worlds.map(({ documents }) => documents.toSorted());
    expect(new Set(first).size).toBe(submissionsEach);
    // The order of arrival decides which submission gets which id, not which ids exist.
    for (const documents of others) expect(documents).toEqual(first);
  });

  it('deliver only to their own inboxes, at their own times, what their own scripts say', async () => {
    await everywhere(async (world) => {
      const { deliveries, total } = await control(world, 'GET', 'deliveries');
      expect(total).toBe(2 * submissionsEach);
      const begun = Date.UTC(2030, 0, 1, 0, world.index);
      for (const [n, id] of world.documents.entries()) {
        const own = deliveries.filter(({ payload }: ControlBody) => payload.documentId === id);
        expect(own.map(({ createdAt }: ControlBody) => (Date.parse(createdAt) - begun) / 1_000)).toEqual([
          1,
          finalSeconds(world.index, n),
        ]);
        const status = n % 3 === 0 ? inboxStatus(world) : 200;
        expect(own.map(({ attempts }: ControlBody) => attempts[0].statusCode)).toEqual([status, status]);
      }
      const received = [];
      for (const box of [0, 1, 2])
        received.push((await control(world, 'GET', `inboxes/box-${box}`)).requests);
      expect(received.flat()).toHaveLength(2 * submissionsEach);
      for (const [box, requests] of received.entries()) {
        for (const { query } of requests) {
          expect(query.from).toBe(String(world.index));
          expect(world.documents.indexOf(query.documentId) % 3).toBe(box);
        }
      }
    });
  });

  it('show documents with the reason of their own script, and none of another space', async () => {
    const authorization = { authorization: 'Bearer any' };
    const read = (world: World, id: string | undefined) =>
      send('GET', `${world.base}/docdigitizer/api/v2/documents/${id}`, '', authorization);
    await everywhere(async (world) => {
      const n = world.index % submissionsEach;
      const { body } = await read(world, world.documents[n]);
      expect(JSON.stringify(body)).toContain(`"${reason(world.index, n)}"`);
    });
    const empty: World = { name: 'empty', index: -1, base: `${server().url}/@empty`, documents: [] };
    expect((await read(empty, worlds[0]?.documents[0])).status).toBe(404);
    expect((await control(empty, 'GET', 'deliveries')).total).toBe(0);
  });

  it('keep their own clocks, settings, scripts and queues', async () => {
    await everywhere(async (world) => {
      const { now, pending } = await control(world, 'GET', 'clock');
      const last = Math.max(...world.documents.map((_, n) => finalSeconds(world.index, n)));
      expect({ now, pending }).toEqual({
        now: new Date(Date.UTC(2030, 0, 1, 0, world.index) + last * 1_000).toISOString(),
        pending: 0,
      });
      const { settings } = await control(world, 'GET', 'settings');
      expect(settings['docdigitizer.initialState']).toBe(world.index);
      const { outcome } = await control(world, 'GET', 'scenarios/docdigitizer/story-7');
      expect(outcome.reason).toBe(reason(world.index, 7));
      const { queue } = await control(world, 'GET', 'next');
      expect(queue).toEqual([{ scenario: 'docdigitizer/error', match: null, times: world.index + 1 }]);
    });
    const fresh = await send('GET', `${server().url}/@fresh/_ringback/scenarios/story-7`);
    expect(fresh.status).toBe(404);
  });

  it('report only their own events', async () => {
    for (const world of worlds.filter(({ index }) => index % 40 === 0)) {
      const reader = await readEvents(`${world.base}/_ringback/events?lastEventId=0`);
      const finished = (): number => reader.events.filter(({ name }) => name === 'run.finished').length;
      const events = await reader.until(() => finished() === submissionsEach);
      expect(events).toHaveLength(10 * submissionsEach);
      const about = events.flatMap(({ data }) => data.delivery?.payload.documentId ?? []);
      expect(new Set(about)).toEqual(new Set(world.documents));
      reader.close();
    }
  });

  it('are reset one by one', async () => {
    const [first, second] = worlds;
    if (first === undefined || second === undefined) throw new Error('There are no spaces.');
    await control(first, 'POST', 'reset');
    expect((await control(first, 'GET', 'runs')).total).toBe(0);
    expect((await control(second, 'GET', 'runs')).total).toBe(submissionsEach);
    const { spaces, evicted } = await control(second, 'GET', 'spaces');
    expect(spaces.filter(({ counts }: ControlBody) => counts.runs === submissionsEach)).toHaveLength(
      spaceCount - 1,
    );
    expect(evicted).toBe(0);
  });
});
