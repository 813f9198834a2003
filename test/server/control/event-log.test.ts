import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { SpaceEvent } from '../../../src/core/engine/space.ts';
import { EventLog } from '../../../src/server/control/event-log.ts';
import { eventStream } from '../../../src/server/control/event-stream.ts';

const finished = (runId: string): SpaceEvent => ({ kind: 'run.finished', at: 0, runId });
const reset: SpaceEvent = { kind: 'space.reset', at: 0 };

function logOf(count: number, { limit = 3, firstId = 100 } = {}): EventLog {
  const log = new EventLog({ firstId, limit: () => limit });
  for (let i = 0; i < count; i++) log.add(finished(`run-${i}`));
  return log;
}

/** The ids that a reader gets who begins after `id`, gaps marked with the missed number. */
function readFrom(log: EventLog, id: number): unknown[] {
  const got: unknown[] = [];
  for (let next = log.after(id); next !== null; next = log.after(next.id)) {
    got.push(next.kind === 'gap' ? { upTo: next.id, missed: next.missed } : next.id);
  }
  return got;
}

describe('the log of events', () => {
  it.each([
    ['everything kept to a reader without any event', 2, 0, [100, 101]],
    ['everything after the last event of the reader', 3, 101, [102]],
    ['nothing to a reader with all events', 3, 102, []],
    ['a gap to a late reader, and then everything kept', 5, 100, [{ upTo: 101, missed: 1 }, 102, 103, 104]],
    [
      'a gap to a reader without any event, when the log has lost its beginning',
      5,
      0,
      [{ upTo: 101, missed: 2 }, 102, 103, 104],
    ],
    ['a gap of unknown size to a reader of an earlier log', 2, 57, [{ upTo: 99, missed: null }, 100, 101]],
    ['a gap of unknown size to a reader of a later log', 2, 900, [{ upTo: 99, missed: null }, 100, 101]],
    ['nothing to a reader without any event of an empty log', 0, 0, []],
  ])('gives %s', (_, count, after, expected) => {
    expect(readFrom(logOf(count), after)).toEqual(expected);
  });

  it('gives each event to the waiting readers, even when it keeps none', () => {
    const log = new EventLog({ firstId: 1, limit: () => 0 });
    const seen: unknown[] = [];
    log.listen(() => seen.push(log.after(log.lastId - 1)));
    log.add(finished('a'));
    expect(seen).toMatchObject([{ kind: 'event', id: 1, event: { runId: 'a' } }]);
    expect(readFrom(log, 0)).toEqual([{ upTo: 1, missed: 1 }]);
  });

  it('keeps as many events as its current limit, however many have come', () => {
    let limit = 10;
    const log = new EventLog({ firstId: 1, limit: () => limit });
    for (let id = 1; id <= 1_000; id++) {
      log.add(finished(`run-${id}`));
      if (id === 500) limit = 3;
      if (id === 700) limit = 6;
      const kept = id <= 500 ? Math.min(id, 10) : id <= 700 ? 3 : Math.min(id - 697, 6);
      const oldest = id - kept + 1;
      expect(log.after(oldest - 1)).toMatchObject({ id: oldest, event: { runId: `run-${oldest}` } });
      expect(log.after(id - 1)).toMatchObject({ id, event: { runId: `run-${id}` } });
      if (oldest > 2) expect(log.after(oldest - 2)).toMatchObject({ kind: 'gap', missed: 1 });
    }
  });

  it('drops the events from before a reset, and tells readers that ask for them', () => {
    const log = logOf(2);
    log.add(reset);
    expect(readFrom(log, 100)).toEqual([{ upTo: 101, missed: 1 }, 102]);
    expect(readFrom(log, 101)).toEqual([102]);
  });
});

describe('a stream of events', () => {
  const never = new AbortController().signal;
  const payload = 'x'.repeat(10_000);

  it('reads no faster from the log than its reader reads from it, and reports missed events', async () => {
    const log = new EventLog({ firstId: 1, limit: () => 5 });
    const stream = eventStream(log, { after: null, signal: never });
    stream.read(0);
    for (let i = 0; i < 1_000; i++) log.add(finished(`${payload}${i}`));
    expect(stream.readableLength).toBeLessThan(200_000);
    let text = '';
    for await (const chunk of stream) {
      text += chunk;
      if (text.includes('id: 1000\n')) break;
    }
    const gap = /id: (\d+)\nevent: gap\ndata: (.*)\n\nid: (\d+)\n/.exec(text);
    expect(gap?.slice(1)).toEqual(['995', expect.stringContaining('"missed"'), '996']);
    const missed = JSON.parse(gap?.[2] ?? '').missed;
    expect(text.split('\n').filter((line) => line.startsWith('id:'))).toHaveLength(1_000 - missed + 1);
    expect(log.readers).toBe(0);
  });

  it('disconnects a reader that reads nothing for two heartbeats', async () => {
    const log = new EventLog({ firstId: 1, limit: () => 5 });
    const stream = eventStream(log, { after: null, signal: never, heartbeatMs: 5 });
    stream.read(0);
    for (let i = 0; i < 100; i++) log.add(finished(payload));
    await once(stream, 'close');
    expect({ destroyed: stream.destroyed, readers: log.readers }).toEqual({ destroyed: true, readers: 0 });
  });

  it('sends a comment when nothing happens', async () => {
    const stream = eventStream(logOf(0), { after: null, signal: never, heartbeatMs: 5 });
    let text = '';
    for await (const chunk of stream) {
      text += chunk;
      if (text.includes(': heartbeat\n\n: heartbeat\n\n')) break;
    }
    expect(text).toMatch(/^retry: 1000\n/);
  });

  it('ends on abort, before or after it started, and stops listening', async () => {
    const log = logOf(1);
    const stop = new AbortController();
    const stream = eventStream(log, { after: 0, signal: stop.signal });
    const text = stream.toArray();
    stop.abort();
    log.add(finished('late'));
    expect(String(await text)).not.toContain('late');
    expect(await eventStream(log, { after: 0, signal: stop.signal }).toArray()).toEqual([]);
    expect(log.readers).toBe(0);
  });

  it('ends with a reset during the stream, not with a past one', async () => {
    const log = logOf(1);
    log.add(reset);
    const stream = eventStream(log, { after: 0, signal: never });
    const text = stream.toArray();
    log.add(finished('between'));
    log.add(reset);
    log.add(finished('after'));
    const all = String(await text);
    expect(all).toContain('between');
    expect(all).not.toContain('after');
    expect(all.trimEnd().split('\n').at(-2)).toBe('event: space.reset');
  });

  it('ends with its own failure, and does not affect the space and other readers', async () => {
    const log = logOf(0);
    const broken: SpaceEvent = {
      kind: 'run.finished',
      runId: 'a',
      get at(): number {
        throw new TypeError('no time');
      },
    };
    const stream = eventStream(log, { after: null, signal: never });
    stream.resume();
    await once(stream, 'resume');
    const failed = once(stream, 'error');
    expect(() => log.add(broken)).not.toThrow();
    expect(await failed).toEqual([expect.any(TypeError)]);
    expect({ destroyed: stream.destroyed, readers: log.readers }).toEqual({ destroyed: true, readers: 0 });
    const late = eventStream(log, { after: 0, signal: never });
    await expect(late.toArray()).rejects.toThrow(TypeError);
  });
});
