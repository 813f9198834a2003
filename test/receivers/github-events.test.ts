import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { emitterEventNames, Webhooks } from '@octokit/webhooks';
import { describe, expect, test } from 'vitest';
import { type ControlBody, startRingback, type TestRingback } from '../support/ringback.ts';
import { octokitReceiver } from './servers.ts';

const file = fileURLToPath(import.meta.resolve('@octokit/openapi-webhooks/generated/api.github.com.json'));
const secret = 'It’s a secret';

/** A webhook of GitHub's document. Its `X-GitHub-Event` has the example `issues` nearly everywhere. */
interface Webhook {
  readonly post: { readonly 'x-github': { readonly subcategory: string } };
}
const { webhooks } = JSON.parse(readFileSync(file, 'utf8')) as { webhooks: Record<string, Webhook> };
const eventOf = (webhook: string) =>
  (webhooks[webhook]?.post['x-github'].subcategory ?? '').replaceAll('-', '_');

/** Events without a valid payload: they need an `author` that is an object and null at the same time. */
const unsatisfiable = ['repository-advisory-published', 'repository-advisory-reported'];

interface Dispatched {
  readonly handler: string;
  readonly id: string;
}

/** Serves GitHub's document, beside a consumer with one handler for each name that Octokit has. */
async function stage(): Promise<{ ringback: TestRingback; to: string; dispatched: Dispatched[] }> {
  const octokit = new Webhooks({ secret });
  const dispatched: Dispatched[] = [];
  for (const handler of emitterEventNames)
    octokit.on(handler, ({ id }) => void dispatched.push({ handler, id }));
  const ringback = await startRingback({
    contract: file,
    settings: { 'signing.secrets': [secret] },
  });
  return { ringback, to: await octokitReceiver(octokit), dispatched };
}

async function send(
  { ringback, to }: Awaited<ReturnType<typeof stage>>,
  callback: string,
  payload?: object,
  headers: object = { 'X-GitHub-Event': eventOf(callback) },
): Promise<ControlBody> {
  return (await ringback.control('POST', 'callbacks', { callback, to, payload, headers })).body;
}

/** The action of a repository dispatch is any word of the one who sends it. The document has no example. */
function isFree(webhook: string, action: string): boolean {
  return webhook === 'repository-dispatch-sample.collected' && action !== 'sample.collected';
}

describe('the events of GitHub, received by @octokit/webhooks', { timeout: 180_000 }, () => {
  test('Octokit verifies each event and calls the handlers of its name and action', async () => {
    const staged = await stage();
    const { dispatched, ringback } = staged;
    const { callbacks } = (await ringback.control('GET', 'callbacks')).body;
    const names: string[] = callbacks.map(({ callback }: ControlBody) => callback);
    expect(names).toEqual(Object.keys(webhooks));
    expect(names.length).toBeGreaterThan(250);
    const unfireable = callbacks.filter(({ fireable }: ControlBody) => !fireable);
    expect(unfireable.map(({ callback }: ControlBody) => callback)).toEqual(unsatisfiable);
    const called = new Set<string>();
    const expectDispatch = async (name: string, payload?: object): Promise<void> => {
      const sent = await send(staged, name, payload);
      expect(sent.attempts[0].statusCode, name).toBe(200);
      const event = eventOf(name);
      const { action } = sent.payload;
      const handlers = [
        ...(action === undefined || isFree(name, action) ? [] : [`${event}.${action}`]),
        event,
      ];
      expect(dispatched.splice(0), name).toEqual(handlers.map((handler) => ({ handler, id: sent.id })));
      for (const handler of handlers) called.add(handler);
    };
    for (const name of names.filter((each) => !unsatisfiable.includes(each))) await expectDispatch(name);
    // By hand, any payload can be sent. Its violations are recorded.
    await expectDispatch('repository-advisory-published', { action: 'published' });
    await expectDispatch('repository-advisory-reported', { action: 'reported' });
    await expectDispatch('repository-dispatch-sample.collected', { action: 'sample.collected' });
    expect(emitterEventNames.filter((handler) => !called.has(handler))).toEqual([]);
  });

  test('without a header of yours, the event is the example of the contract, and the handler may differ', async () => {
    const staged = await stage();
    const { payload } = await send(staged, 'star-created', undefined, {});
    expect(payload.action).toBe('created');
    expect(staged.dispatched.map(({ handler }) => handler)).toEqual(['issues']);
  });

  test('Octokit refuses every event once the secret is another', async () => {
    const staged = await stage();
    await staged.ringback.set({ 'signing.secrets': ['another'] });
    const statuses = new Set<number>();
    for (const name of Object.keys(webhooks).filter((each) => !unsatisfiable.includes(each)))
      statuses.add((await send(staged, name)).attempts[0].statusCode);
    expect([...statuses]).toEqual([400]);
    expect(staged.dispatched).toEqual([]);
  });
});
