import { describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-reader.ts';
import { call, submitDocument, useTestServer } from '../support/test-server.ts';

describe('a server on the real clock at sixty times its speed', () => {
  const server = useTestServer({ clock: 'real', speed: 60 });

  it('plays half a minute in half a second, and reports all times on its own clock', async () => {
    const { url } = server();
    const reader = await readEvents(`${url}/_ringback/events`);
    const script =
      'name: slow\nprovider: docdigitizer\noutcome: { final: annotated }\ntimings: { final: 30s }\n';
    await fetch(`${url}/_ringback/scenarios/slow`, { method: 'PUT', body: script });
    const clock = async () => {
      const from = performance.now();
      const { body } = await call('GET', `${url}/_ringback/clock`);
      return { from, now: Date.parse(body.now), until: performance.now() };
    };
    const before = await clock();
    const callbackUrl = `${url}/_ringback/inbox/a`;
    await submitDocument(url, { callbackUrl }, { 'x-ringback-scenario': 'slow' });
    const events = await reader.until(({ name }) => name === 'run.finished');
    const after = await clock();

    const at = (name: string) => Date.parse(events.find((event) => event.name === name)?.data.at);
    expect(at('run.finished') - at('run.created')).toBeGreaterThanOrEqual(30_000);
    expect(at('run.created')).toBeGreaterThanOrEqual(before.now);
    expect(at('run.finished')).toBeLessThanOrEqual(after.now);
    // The clock was read between the two moments around it.
    const passed = after.now - before.now;
    expect(passed).toBeGreaterThanOrEqual(60 * (after.from - before.until) - 100);
    expect(passed).toBeLessThanOrEqual(60 * (after.until - before.from) + 100);
    expect(after.from - before.until).toBeLessThan(10_000);
    const { body } = await call('GET', `${url}/_ringback/deliveries?state=delivered`);
    expect(body.total).toBe(2);
  });
});
