import { setTimeout as sleep } from 'node:timers/promises';

/** Work that a client can make a server do in one turn. */
export interface Attack {
  readonly name: string;
  readonly what: string;
  /** More options of the server. */
  readonly args?: readonly string[];
  /** The preparation, during which latency is not measured. */
  prepare?(url: string): Promise<void>;
  run(url: string): Promise<unknown>;
}

const everyMs = 50;

/** The longest health request during the attack, in milliseconds. */
export async function longestWait(url: string, attack: Attack): Promise<number> {
  await attack.prepare?.(url);
  // One warm-up, since the first requests of a server compile its code.
  await ask(url);
  let longest = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      longest = Math.max(longest, await ask(url));
      await sleep(everyMs);
    }
  })();
  await attack.run(url);
  isOver = true;
  await asking;
  return longest;
}

async function ask(url: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${url}/_ringback/health`);
  await response.text();
  if (response.status !== 200) throw new Error(`The health of the server is ${response.status}.`);
  return performance.now() - begun;
}

const json = { 'content-type': 'application/json' };
const basic = { authorization: `Basic ${btoa('a:b')}` };
/** An address that no policy allows, so that attempts end without I/O. */
const refused = 'http://192.0.2.1/';

async function control(url: string, method: string, path: string, body?: string | object): Promise<number> {
  const response = await fetch(`${url}/_ringback/${path}`, {
    method,
    ...(body !== undefined && {
      headers: typeof body === 'string' ? {} : json,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function submit(url: string, count: number, callbackUrl: string, scenario?: string): Promise<void> {
  const one = async (): Promise<void> => {
    const form = new FormData();
    form.append('callbackUrl', callbackUrl);
    form.append('files', new Blob(['%PDF-1.4\n']), 'a.pdf');
    const response = await fetch(`${url}/docdigitizer/api/v2/documents`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer any',
        ...(scenario !== undefined && { 'x-ringback-scenario': scenario }),
      },
      body: form,
    });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`A submission got ${response.status}.`);
  };
  for (let i = 0; i < count; i += 20) await Promise.all(Array.from({ length: Math.min(20, count - i) }, one));
}

const settle = (url: string) => control(url, 'POST', 'clock', { settle: true });
const put = (body: string) => (url: string) => control(url, 'PUT', 'scenarios/docdigitizer/x', body);
/** Makes the server load its script parser, which it does once. */
const load = async (url: string): Promise<void> => void (await put('{"name":1}')(url));
const filled = (mark: string, length = 1_000_000) => `a: ${mark.repeat(length / mark.length)}`;
const script = (members: object) => JSON.stringify({ name: 'x', provider: 'docdigitizer', ...members });
const step = { after: '1s', callback: 'documentState', set: { state: 91 } };
const many = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);

async function putGlob(url: string, glob: string): Promise<void> {
  await control(
    url,
    'PUT',
    'scenarios/informed/x',
    JSON.stringify({ name: 'x', provider: 'informed', outcome: {}, match: { fileName: glob } }),
  );
}

async function uploadNamed(url: string, name: string): Promise<void> {
  const api = `${url}/informed/v1/consumer/applications`;
  const call = async (target: string, method: string, body: string) => {
    const response = await fetch(target, { method, headers: { ...basic, ...json }, body });
    // biome-ignore lint/suspicious/noExplicitAny: the answer of another operation each time
    return (await response.json()) as any;
  };
  const application = await call(
    api,
    'POST',
    JSON.stringify({
      application_reference_id: 'r',
      application_date: '2029-12-28',
      services: ['extract'],
      webhook: refused,
    }),
  );
  const body = JSON.stringify({ image_files: [name] });
  const { image_files } = await call(`${api}/${application.application_id}/documents`, 'POST', body);
  // Names longer than any in the contract are refused before they are matched.
  if (image_files !== undefined) await call(image_files[0].upload_url, 'PUT', '%PDF-1.4\n');
}

export const latencyAttacks: readonly Attack[] = [
  ...Object.entries({
    'opening brackets': '[',
    'closing brackets': ']',
    lines: 'a: 1\n',
    items: '\n- 1',
    documents: '\n---',
    quotes: '"',
    aliases: '\n- *a',
  }).map(([what, mark]) => ({
    name: 'yaml',
    what: `PUT of a scenario of 1 MB of ${what}`,
    prepare: load,
    run: put(filled(mark)),
  })),
  { name: 'yaml', what: 'PUT of a scenario of 20,000 items in YAML', run: put(filled('\n- 1', 79_000)) },
  {
    name: 'json',
    what: 'PUT of a scenario in JSON, nested 500,000 deep',
    prepare: load,
    run: put(`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
  },
  {
    name: 'json',
    what: 'PUT of a scenario with 60,000 unknown keys',
    prepare: load,
    run: put(`{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join()}}`),
  },
  {
    name: 'json',
    what: 'PUT of a scenario of 10,000 steps',
    prepare: load,
    run: put(script({ timeline: many(10_000, step) })),
  },
  {
    name: 'json',
    what: 'PUT of a scenario of 10,000 wrong steps',
    prepare: load,
    run: put(script({ timeline: many(10_000, { aftr: '1s', st: 1 }) })),
  },
  {
    name: 'glob',
    what: 'a glob of 512 characters held against a name of 1,024',
    async prepare(url) {
      await uploadNamed(url, 'first.pdf');
      await putGlob(url, `*${'a?'.repeat(255)}b`);
    },
    run: (url) => uploadNamed(url, 'a'.repeat(1_024)),
  },
  {
    name: 'glob',
    what: 'a glob of 30,000 characters held against a name of 60,000',
    async prepare(url) {
      await uploadNamed(url, 'first.pdf');
      await putGlob(url, `*${'a'.repeat(30_000)}b`);
    },
    run: (url) => uploadNamed(url, 'a'.repeat(60_000)),
  },
  {
    name: 'settle',
    what: 'a settle of 100 callbacks with 1,000 copies each to an address that is refused',
    async prepare(url) {
      await put(script({ timeline: many(100, step), faults: [{ duplicate: { times: 1000, gap: '0s' } }] }))(
        url,
      );
      await submit(url, 1, refused, 'docdigitizer/x');
    },
    run: settle,
  },
  {
    name: 'settle',
    what: 'a settle of 5,000 documents with a callback URL that is refused',
    prepare: (url) => submit(url, 5_000, refused),
    run: settle,
  },
  {
    name: 'settle',
    what: 'a settle of 50 spaces at a time',
    async prepare(url) {
      for (let i = 0; i < 50; i++) await submit(`${url}/@space-${i}`, 40, refused);
    },
    run: (url) => Promise.all(Array.from({ length: 50 }, (_, i) => settle(`${url}/@space-${i}`))),
  },
  {
    name: 'evict',
    what: 'the eviction of 5,000 runs by one submission, then a reset',
    async prepare(url) {
      await submit(url, 5_000, refused);
      await settle(url);
      await control(url, 'PATCH', 'settings', { 'limits.runs': 1 });
    },
    async run(url) {
      await submit(url, 1, refused);
      await control(url, 'POST', 'reset');
    },
  },
  {
    name: 'suggest',
    what: 'a setting, and a scenario, with a name of 1 MB',
    async run(url) {
      await control(url, 'PATCH', 'settings', { ['a'.repeat(1_000_000)]: 1 });
      await control(url, 'POST', 'next', { scenario: 'a'.repeat(1_000_000) });
    },
  },
  {
    name: 'query',
    what: 'requests to an inbox with 3,700 names of query parameters each',
    async run(url) {
      const query = Array.from({ length: 3_700 }, (_, i) => (i + 36 ** 2).toString(36)).join('&');
      await Promise.all(many(10, 0).map(() => control(url, 'POST', `inbox/x?${query}`)));
    },
  },
];
