import { describe, expect, it } from 'vitest';
import type { Space } from '../../src/core/engine/space.ts';
import { createSpaceRegistry } from '../../src/server/space-registry.ts';

function registry(unplayed: Record<string, number> = {}) {
  const made: string[] = [];
  const closed: string[] = [];
  const spaces = createSpaceRegistry((name) => {
    made.push(name);
    return {
      name,
      close: async () => {
        closed.push(name);
        return { unplayed: unplayed[name] ?? 0 };
      },
    } as unknown as Space;
  });
  return { spaces, made, closed };
}

it('a space is made when it is first named, and only then', () => {
  const { spaces, made } = registry();
  const a = spaces.get('a');
  expect(spaces.get('b')).not.toBe(a);
  expect(spaces.get('a')).toBe(a);
  expect(made).toEqual(['a', 'b']);
  expect(spaces.list().map((space) => space.name)).toEqual(['a', 'b']);
});

it('an inherited object property is not a space', () => {
  const { spaces } = registry();
  expect(spaces.get('constructor').name).toBe('constructor');
});

it('closing closes every space once, and adds up what was not played', async () => {
  const { spaces, closed } = registry({ a: 2, b: 3 });
  spaces.get('a');
  spaces.get('b');
  expect(await Promise.all([spaces.close(), spaces.close()])).toEqual([{ unplayed: 5 }, { unplayed: 5 }]);
  expect(closed).toEqual(['a', 'b']);
});

it('a closed registry opens no new space', async () => {
  const { spaces } = registry();
  spaces.get('a');
  await spaces.close();
  expect(spaces.get('a').name).toBe('a');
  expect(() => spaces.get('b')).toThrow(expect.objectContaining({ code: 'resource.conflict' }));
});

it('a registry without any space can be closed', async () => {
  expect(await registry().spaces.close()).toEqual({ unplayed: 0 });
});

describe('a registry that is full', () => {
  interface FakeSpace {
    readonly isBusy?: boolean;
    readonly idleMs?: number;
    readonly runs?: number;
    readonly pending?: number;
  }

  /** Spaces of a registry whose clock is moved by hand; `fakes` says what is special about some. */
  function limited(limit: number, fakes: Readonly<Record<string, FakeSpace>> = {}) {
    const evictions: string[] = [];
    const closed: string[] = [];
    const time = { now: 1_000 };
    const spaces = createSpaceRegistry(
      (name) => {
        const { isBusy = false, idleMs = 60_000, runs = 0, pending = 0 } = fakes[name] ?? {};
        return {
          name,
          settings: { 'limits.spaceIdle': idleMs },
          isBusy: async () => isBusy,
          pending: async () => pending,
          store: { runs: { count: async () => runs } },
          close: async () => {
            closed.push(name);
            return { unplayed: 0 };
          },
        } as unknown as Space;
      },
      {
        limit,
        now: () => time.now,
        onEvict: ({ space, blobs, reason, idleMs }) =>
          evictions.push([space.name, reason, idleMs, ...blobs].join(' ')),
      },
    );
    const visit = async (name: string) => {
      time.now++;
      (await spaces.enter(name)).leave();
    };
    const names = () => spaces.list().map(({ name }) => name);
    return { spaces, evictions, closed, time, visit, names };
  }

  it('evicts the least recently used space', async () => {
    const { spaces, evictions, closed, visit, names } = limited(3);
    for (const name of ['a', 'b', 'c', 'a', 'd']) await visit(name);
    expect(names()).toEqual(['a', 'c', 'd']);
    expect(evictions).toEqual(['b limit 3']);
    expect(closed).toEqual(['b']);
    expect(spaces.evicted).toBe(1);
  });

  it('evicts spaces with runs after empty ones, and those that may still wait last', async () => {
    const waiting = { isBusy: true, pending: 1, runs: 1 };
    const { time, evictions, visit, names } = limited(4, {
      waiting: { ...waiting, idleMs: 100 },
      sending: { isBusy: true, runs: 1, idleMs: 100 },
      work: { runs: 1 },
    });
    for (const name of ['waiting', 'sending', 'work', 'empty', 'a']) await visit(name);
    expect(names()).toEqual(['waiting', 'sending', 'work', 'a']);
    time.now += 200;
    for (const name of ['b', 'c']) await visit(name);
    expect(names()).toEqual(['waiting', 'sending', 'work', 'c']);
    expect(evictions.map((text) => text.split(' ')[0])).toEqual(['empty', 'a', 'b']);
  });

  it('evicts a waiting space only if there is no other, after its idle limit', async () => {
    const waiting = { isBusy: true, pending: 2, runs: 1, idleMs: 90_000 };
    const { time, evictions, visit, names } = limited(2, { a: waiting, b: waiting });
    for (const name of ['a', 'b']) await visit(name);
    await expect(visit('c')).rejects.toMatchObject({
      code: 'space.limit',
      message: expect.stringContaining('makes room in 90s, once it has been idle for its limits.spaceIdle'),
    });
    time.now += 90_000;
    await visit('c');
    expect(names()).toEqual(['b', 'c']);
    expect(evictions).toEqual(['a limit 90003']);
  });

  it('refuses to create a space for callers without permission', async () => {
    const { spaces, evictions, visit, names } = limited(2);
    for (const name of ['a', 'b']) await visit(name);
    expect(() => spaces.enter('c', false)).toThrow(expect.objectContaining({ code: 'space.unknown' }));
    (await spaces.enter('a', false)).leave();
    expect([names(), evictions]).toEqual([['a', 'b'], []]);
  });

  it('counts an event in a space as use', async () => {
    const { spaces, time, visit, names } = limited(2);
    for (const name of ['a', 'b']) await visit(name);
    time.now++;
    spaces.touch('a');
    spaces.touch('never-made');
    await visit('c');
    expect(names()).toEqual(['a', 'c']);
  });

  it('evicts no space with an open request, no busy one, and never the default one', async () => {
    const { spaces, time, visit, names } = limited(4, { busy: { isBusy: true } });
    await visit('default');
    const stay = await spaces.enter('open');
    for (const name of ['busy', 'still', 'new']) await visit(name);
    expect(names()).toEqual(['default', 'open', 'busy', 'new']);
    time.now += 1_000_000;
    await spaces.sweep();
    expect(names()).toEqual(['default', 'open', 'busy']);
    stay.leave();
    time.now += 1_000_000;
    await spaces.sweep();
    expect(names()).toEqual(['default', 'busy']);
  });

  it('refuses a further space while all are in use, and accepts it when one is free again', async () => {
    const { spaces, names } = limited(2);
    const stays = [await spaces.enter('a'), await spaces.enter('b')];
    const refusal = expect.objectContaining({
      code: 'space.limit',
      message: expect.stringMatching(/"c".*2 spaces.*in use/),
    });
    await expect(spaces.enter('c')).rejects.toEqual(refusal);
    expect(() => spaces.get('c')).toThrow(refusal);
    expect((await spaces.enter('a')).space.name).toBe('a');
    stays[1]?.leave();
    expect((await spaces.enter('c')).space.name).toBe('c');
    expect(names()).toEqual(['a', 'c']);
  });

  it('never exceeds its limit under concurrent requests, and makes one space per name', async () => {
    const { spaces, visit } = limited(5);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await visit(name);
    const stays = await Promise.all(
      ['v', 'w', 'v', 'x', 'v', 'y', 'z'].map(async (name) => (await spaces.enter(name)).space),
    );
    expect(spaces.list()).toHaveLength(5);
    expect(new Set(stays).size).toBe(5);
    expect(spaces.evicted).toBe(5);
  });

  it('recreates an evicted space empty', async () => {
    const { spaces, evictions, visit } = limited(1);
    const first = await spaces.enter('a');
    first.own('blob-1', 'run-1');
    first.own('blob-2', 'run-2');
    first.own('blob-1', 'run-1');
    first.leave();
    await visit('b');
    const again = await spaces.enter('a');
    expect(again.space).not.toBe(first.space);
    expect(evictions).toEqual(['a limit 1 blob-1 blob-2', 'b limit 0']);
  });

  it('releases the uploads of a run, or of all runs, once', async () => {
    const { spaces } = limited(1);
    const visit = await spaces.enter('a');
    visit.own('blob-1', 'run-1');
    visit.own('blob-2', 'run-2');
    visit.own('blob-3', 'run-1');
    visit.own('blob-4', 'run-3');
    visit.disown('blob-4', 'run-3');
    visit.disown('blob-4', 'run-never-made');
    expect(spaces.disown('a', 'run-1')).toEqual(['blob-1', 'blob-3']);
    expect(spaces.disown('a', 'run-1')).toEqual([]);
    expect(spaces.disown('a')).toEqual(['blob-2']);
    expect(spaces.disown('a')).toEqual([]);
    expect(spaces.disown('never-made')).toEqual([]);
  });

  it('evicts spaces that have been idle for their own limit, 0 included', async () => {
    const { spaces, evictions, time, visit, names } = limited(10, {
      patient: { idleMs: 120_000 },
      hasty: { idleMs: 0 },
    });
    for (const name of ['patient', 'usual', 'hasty']) await visit(name);
    await spaces.sweep();
    expect(names()).toEqual(['patient', 'usual']);
    time.now += 60_000;
    await spaces.sweep();
    expect(names()).toEqual(['patient']);
    expect(evictions).toEqual(['hasty idle 0', 'usual idle 60001']);
  });

  it('reports the use of each space', async () => {
    const { spaces, time } = limited(10);
    const stay = await spaces.enter('a');
    time.now = 2_000;
    await spaces.enter('a');
    stay.leave();
    expect(spaces.usage()).toEqual([{ space: stay.space, createdAt: 1_000, lastUsedAt: 2_000, visits: 1 }]);
  });

  it('opens nothing once it is closed, full or not', async () => {
    const { spaces, visit } = limited(1);
    await visit('a');
    await spaces.close();
    await expect(spaces.enter('b')).rejects.toMatchObject({ code: 'resource.conflict' });
    expect((await spaces.enter('a')).space.name).toBe('a');
  });
});
