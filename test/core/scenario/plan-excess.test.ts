import { expect, test } from 'vitest';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarios } from '../../support/parse-scenarios.ts';
import { errorOf, world } from './world.ts';

const providers = new Map([['docdigitizer', docdigitizer]]);
const checked = { ...world, providers, settings: defaultSettings, file: 'a.json' };
const step = { after: '1s', callback: 'documentState', set: { state: 91 } };

function read(members: Record<string, unknown>): () => unknown {
  return () =>
    parseScenarios(
      JSON.stringify({ name: 'x', provider: 'docdigitizer', timeline: [step], ...members }),
      checked,
    );
}

const century = '36525d';

test.each<[string, Record<string, unknown>, string, string]>([
  ['delays of faults', { faults: [{ delay: century }, { delay: '1ms' }] }, '/faults/1', 'faults.too-long'],
  [
    'delays of 2,738 faults',
    { faults: Array.from({ length: 2_738 }, () => ({ delay: century })) },
    '/faults/1',
    'faults.too-long',
  ],
  ['gaps of copies', { faults: [{ duplicate: { times: 3, gap: century } }] }, '/faults/0', 'faults.too-long'],
  [
    'a gap after a delay',
    { faults: [{ delay: '36524d' }, { duplicate: { times: 2, gap: '2d' } }] },
    '/faults/1',
    'faults.too-long',
  ],
  ['latencies', { respond: [{ latency: century }, { latency: '1s' }] }, '/respond/1', 'respond.too-long'],
  [
    'deliveries',
    { timeline: Array.from({ length: 200 }, () => step), faults: [{ duplicate: { times: 1000 } }] },
    '/faults',
    'faults.too-many-deliveries',
  ],
  [
    'contradictions',
    {
      timeline: Array.from({ length: 500 }, () => step),
      faults: Array.from({ length: 400 }, () => ({ contradict: 'unknown-id' })),
    },
    '/faults',
    'faults.too-many-deliveries',
  ],
  [
    'faults for that number of callbacks',
    {
      timeline: Array.from({ length: 1_001 }, () => step),
      faults: Array.from({ length: 1_000 }, () => ({ drop: true })),
    },
    '/faults',
    'faults.too-many',
  ],
])('a script is refused for its %s, once', (_what, members, pointer, code) => {
  const { violations, status } = errorOf(read(members));
  expect(status).toBe(422);
  expect(violations.map((found) => [found.location.split(' ')[1], found.code])).toEqual([[pointer, code]]);
});

test.each<[string, Record<string, unknown>]>([
  ['delays', { faults: [{ delay: '36524d' }, { delay: '1d' }] }],
  ['latencies', { respond: [{ latency: '36524d' }, { latency: '1d' }] }],
  ['copies', { timeline: Array.from({ length: 100 }, () => step), faults: [{ duplicate: { times: 1000 } }] }],
])('a script with %s up to the limit is accepted', (_what, members) => {
  expect(read(members)).not.toThrow();
});
