import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkConsumer } from '../../src/check/check-consumer.ts';
import type { CheckOptions } from '../../src/check/check-options.ts';
import type { CheckReport, CheckResult } from '../../src/check/report.ts';
import { type RuleId, ruleIds } from '../../src/check/rule-ids.ts';
import { bases } from './gallery/bases.ts';
import { judgeConsumer, type Patch } from './gallery/judge-consumer.ts';

/** A correct consumer that does one thing in another way, which is correct, too. */
interface Variant {
  readonly id: string;
  readonly base: string;
  /** `recognizes an event by its id`. */
  readonly why: string;
  readonly patch: readonly Patch[];
  /** Times of its check that differ from those of the others. */
  readonly options?: CheckOptions;
}

/** A correct consumer with one mistake. */
interface Faulty extends Variant {
  /** The rule that catches it. */
  readonly rule: RuleId;
  /** Other rules that the same mistake breaks, each with the reason. */
  readonly also?: readonly { readonly rule: RuleId; readonly because: string }[];
}

/**
 * `npm run full -- gallery` sets it: each faulty consumer is judged by every rule, and two correct ones fifty times.
 * Otherwise some faulty consumers are judged, each by the rule that catches it and the quick others.
 */
const isWhole = process.env.RINGBACK_GALLERY === 'whole';
const repeated = ['python-documents', 'fastify-applications'];

const folder = join(import.meta.dirname, 'gallery');
const variants = JSON.parse(readFileSync(join(folder, 'correct/variants.json'), 'utf8')) as Variant[];
const faulty = globSync('*.json', { cwd: folder })
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Faulty[]);
/** The quickest ones, so that each rule is triggered. */
const quickest =
  'G001 G083 G084 G086 G085 G041 G056 G042 G007 G008 G045 G010 G067 G037 G074 G090 G054 G055 G081 G034 G052 G063 G053 G021 G057 G062 G058 G036 G065'.split(
    ' ',
  );
const judged = isWhole ? faulty : faulty.filter(({ id }) => quickest.includes(id));

/** Rules that take seconds to judge: the subset has no time for them where another mistake is looked for. */
const slow: readonly RuleId[] = [
  'burst',
  'growth',
  'very-late',
  'duplicate-after-hours',
  'lost',
  'ack-then-lost',
];

/** What was seen of each consumer, for the table. */
const rows: { readonly name: string; readonly failed: readonly RuleId[]; readonly seconds: number }[] = [];
let passed = 0;
let failed = 0;

function withResult({ rules }: CheckReport, result: CheckResult): RuleId[] {
  return rules.flatMap((rule) => (rule.result === result ? [rule.id] : []));
}

/** What failed, with the reasons, so that a wrong verdict can be read. */
function verdicts({ rules }: CheckReport): string[] {
  return rules
    .filter(({ result }) => result === 'failed' || result === 'unstable')
    .map(({ id, result, because }) => `${id} ${result}: ${because}`);
}

test('every rule has a faulty consumer that triggers it, and every id is used once', () => {
  expect(ruleIds.filter((id) => !faulty.some(({ rule }) => rule === id))).toEqual([]);
  expect(new Set(faulty.map(({ id }) => id)).size).toBe(faulty.length);
  expect(faulty.length).toBeGreaterThanOrEqual(45);
  expect(ruleIds.filter((id) => !judged.some(({ rule }) => rule === id))).toEqual([]);
});

describe.concurrent('a correct consumer fails no rule', () => {
  for (const name of Object.keys(bases))
    for (let i = 1; i <= (isWhole && repeated.includes(name) ? 50 : 1); i++)
      test(`${name}, time ${i}`, { timeout: 300_000 }, async () => {
        failed++;
        const report = await judgeConsumer(checkConsumer, name, [], {});
        rows.push({ name, failed: withResult(report, 'failed'), seconds: report.seconds });
        expect(verdicts(report)).toEqual([]);
        failed--;
        passed++;
      });
});

describe.concurrent('a correct variant fails no rule', () => {
  for (const { id, base, why, patch } of variants)
    test(`${id}: ${base} ${why}`, { timeout: 300_000 }, async () => {
      expect(verdicts(await judgeConsumer(checkConsumer, base, patch, {}))).toEqual([]);
    });
});

describe.concurrent('a faulty consumer fails the right rule, and no other', () => {
  for (const { id, base, rule, why, also = [], patch, options } of judged)
    test(`${id}: ${base} ${why}`, { timeout: 300_000 }, async () => {
      failed++;
      const skip = isWhole ? [] : slow.filter((each) => each !== rule);
      const report = await judgeConsumer(checkConsumer, base, patch, { ...options, skip });
      const found = withResult(report, 'failed');
      rows.push({ name: `${id} ${base}`, failed: found, seconds: report.seconds });
      expect(found, verdicts(report).join('\n')).toContain(rule);
      const allowed = [rule, ...also.map((each) => each.rule)];
      // A mistake that is a race can show elsewhere once: that is reported as unstable, and blames nothing.
      const others = found.filter((each) => !allowed.includes(each));
      expect(others, verdicts(report).join('\n')).toEqual([]);
      failed--;
      passed++;
    });
});

afterAll(() => {
  const lines = rows
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((row) => `${row.name.padEnd(28)} ${(row.failed.join(', ') || '-').padEnd(40)} ${row.seconds} s`);
  const caught = new Set(rows.flatMap((row) => row.failed));
  console.log(
    [
      ...lines,
      `figure: ${judged.length} faulty consumers, ${caught.size} of ${ruleIds.length} rules triggered`,
      `gallery: ${passed} passed, ${failed} failed`,
    ].join('\n'),
  );
});
