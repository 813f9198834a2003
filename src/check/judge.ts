import { steadyNow } from '../platform/machine-time.ts';
import type { Finding, Need } from './finding.ts';
import type { CheckResult, DisturbanceReport, RuleReport } from './report.ts';
import type { Disturbance, Rule } from './rule.ts';
import type { RuleId } from './rule-ids.ts';
import { heal } from './stage/heal.ts';
import { Meeting } from './stage/meeting.ts';
import type { Stage } from './stage/stage.ts';
import { NotPlayable, PlayFailed } from './stage/stage.ts';

export interface JudgeOptions {
  readonly stage: Stage;
  readonly rules: readonly Rule[];
  /** What the undisturbed sequences showed. */
  readonly clean: readonly DisturbanceReport[];
  /** Why nothing but the undisturbed sequences can be judged. Null: the rest can. */
  readonly hopeless: string | null;
  /** Why states cannot be compared. Null: they can. */
  readonly blind: string | null;
  /** How many disturbances play at the same time. */
  readonly jobs: number;
  readonly onProgress: (progress: {
    readonly done: number;
    readonly total: number;
    readonly rule: RuleId;
  }) => void;
}

/** How often a failure is played again, and how many of these must fail for it to count. */
const replays = 3;
const mostlyReplays = 2;

interface Item {
  readonly rule: Rule;
  readonly disturbance: Disturbance;
  finding: Finding | null;
  result: CheckResult;
  endedAt: number;
}

/** Judges every rule. The order of the result is that of the rules, whatever ended first. */
export async function judgeRules(options: JudgeOptions): Promise<RuleReport[]> {
  const { stage, rules, onProgress } = options;
  const items: Item[] = [];
  for (const rule of rules) {
    if (rule.id === 'clean' || why(rule, options) !== null) continue;
    for (const disturbance of rule.disturbances(stage.facts))
      items.push({ rule, disturbance, finding: null, result: 'not-observed', endedAt: 0 });
  }
  let done = 0;
  const judge = async (item: Item): Promise<void> => {
    await judgeItem(item, options);
    onProgress({ done: ++done, total: items.length, rule: item.rule.id });
  };
  const at = (when: NonNullable<Disturbance['plays']>): Item[] =>
    items.filter(({ disturbance: { plays = 'together' } }) => plays === when);
  const isLong = ({ disturbance }: Item): boolean => disturbance.isLong === true;
  await inParallel(firstOf(at('together'), isLong), options.jobs, judge);
  // What failed beside others is played again alone, so that nothing of the others can be the reason. It begins with
  // what failed first: if that broke the consumer, the others say nothing.
  const failed = at('together').filter(({ result }) => result === 'failed');
  const patient = new Patient(options);
  for (const item of failed.sort((a, b) => a.endedAt - b.endedAt)) await patient.replay(item, false);
  const judgeGroup = async (group: readonly Item[]): Promise<void> => {
    if (patient.isBroken) {
      for (const item of group) patient.skip(item);
    } else {
      const meeting = group[0]?.disturbance.joins === undefined ? null : new Meeting(group.length);
      stage.meeting = meeting;
      await inParallel(group, options.jobs, (item) => judge(item).finally(() => meeting?.leave()));
      stage.meeting = null;
    }
    for (const item of group) await patient.replay(item, true);
    await patient.revive(group);
  };
  for (const group of groupsOf(at('alone'), ({ disturbance: { joins } }) => joins)) await judgeGroup(group);
  // What cannot be read can end the consumer: that is the matter of the rules about input.
  const breaking = firstOf(at('breaking'), ({ rule }) => rule.area === 'input');
  for (const group of groupsOf(breaking, ({ rule }) => rule.id)) await judgeGroup(group);
  for (const item of at('last')) await judge(item);
  explain(items, options.clean);
  return rules.map((rule) => reportOf(rule, items, options));
}

function firstOf(items: readonly Item[], isFirst: (item: Item) => boolean): readonly Item[] {
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}

/** Items with the same key together, in the order of the first of each. An item without a key is alone. */
function groupsOf(items: readonly Item[], keyOf: (item: Item) => string | undefined): readonly Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const key = keyOf(item) ?? item;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

async function judgeItem(item: Item, { stage, blind }: JudgeOptions): Promise<void> {
  item.finding = await judged(item.disturbance, stage, blind);
  item.result = item.finding.result;
  item.endedAt = steadyNow();
}

async function judged(disturbance: Disturbance, stage: Stage, blind: string | null): Promise<Finding> {
  const missing = missingNeed(disturbance.needs ?? [], stage, blind);
  const nothing = { expected: null, observed: null, exchange: [] };
  if (missing !== null) return { result: 'not-observed', because: missing, ...nothing };
  if (stage.signal.aborted) return { result: 'not-observed', because: 'the check was ended', ...nothing };
  try {
    const since = stage.progress;
    const finding = await disturbance.judge(stage);
    if (disturbance.isHeavy === true) await stage.drained(since);
    return finding;
  } catch (error) {
    if (error instanceof NotPlayable) return { result: 'not-applicable', because: error.message, ...nothing };
    if (!(error instanceof PlayFailed)) throw error;
    return { result: 'not-observed', because: error.message, ...nothing };
  }
}

const needTexts: Readonly<Record<Need, string>> = {
  observer: 'there is no --observe',
  driver: 'there is no --drive',
  restart: 'there is no --restart',
  auth: 'there is no --auth',
  'other-auth': 'there is no --other-auth',
  memory: 'there is no --memory',
};

function missingNeed(needs: readonly Need[], { given }: Stage, blind: string | null): string | null {
  for (const need of needs) {
    if (need === 'observer' && blind !== null) return blind;
    if (!given.has(need)) return needTexts[need];
  }
  return null;
}

/** The consumer, which a disturbance may break for all that follow. */
class Patient {
  readonly #options: JudgeOptions;
  #brokenBy: string | null = null;
  /** The rules of failures that repeat: further ones of these need no proof. */
  readonly #proven = new Set<RuleId>();

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  get isBroken(): boolean {
    return this.#brokenBy !== null;
  }

  skip(item: Item): void {
    const because = `the consumer did not work any more after ${this.#brokenBy}`;
    item.finding = { result: 'not-observed', because, expected: null, observed: null, exchange: [] };
    item.result = 'not-observed';
  }

  /**
   * Starts a consumer that has ended, where the team gave a restart. If none of a group has failed, the group is to
   * blame: what killed the consumer was responded to before.
   */
  async revive(group: readonly Item[]): Promise<void> {
    const [first] = group;
    if (this.isBroken || first === undefined) return;
    const { stage } = this.#options;
    // After a restart, it may be on its way still.
    const restarts = group.some(({ disturbance: { needs = [] } }) => needs.includes('restart'));
    if (await (restarts ? stage.acceptsSoon() : stage.accepts())) return;
    if (
      this.#proven.size === 0 &&
      group.every(({ result }) => result !== 'failed') &&
      first.finding !== null
    ) {
      first.result = 'failed';
      first.finding = { ...first.finding, result: 'failed', because: 'after that, the consumer has ended' };
    }
    if ((await heal(stage)) !== null) this.#brokenBy = `${first.rule.id}, ${first.disturbance.id}`;
  }

  /** Plays a failure again, to tell one that repeats from one that does not. */
  async replay(item: Item, wasAlone: boolean): Promise<void> {
    if (item.result !== 'failed' || item.finding === null) return;
    if (this.isBroken) {
      this.skip(item);
      return;
    }
    if (this.#proven.has(item.rule.id) || reasonOf(item, this.#proven) !== undefined) return;
    const { stage, blind } = this.#options;
    const sickness = await heal(stage);
    if (sickness !== null) {
      this.#brokenBy = `${item.rule.id}, ${item.disturbance.id}`;
      item.finding = {
        ...item.finding,
        because: `${item.finding.because}. After that, the consumer did not work any more: ${sickness}`,
      };
      return;
    }
    const wasBusy = stage.allowance > 1;
    let failures = 0;
    for (let i = 0; failures < mostlyReplays && replays - i >= mostlyReplays - failures; i++) {
      const finding = await judged(item.disturbance, stage, blind);
      if (finding.result === 'failed') failures++;
      if (finding.result === 'failed' || (finding.result === 'passed' && failures === 0))
        item.finding = finding;
    }
    if (failures >= mostlyReplays) {
      this.#proven.add(item.rule.id);
      return;
    }
    // On a busy machine, a failure that does not repeat once more time is given shows nothing.
    item.result = failures > 0 || (wasAlone && !wasBusy) ? 'unstable' : item.finding.result;
  }
}

/** Why a rule is not judged, with its result. Null: it is. */
function why(rule: Rule, { stage, hopeless }: JudgeOptions): { result: CheckResult; because: string } | null {
  const notApplicable = rule.applies(stage.facts);
  if (notApplicable !== null) return { result: 'not-applicable', because: notApplicable };
  if (hopeless !== null && rule.judgesClean !== true) return { result: 'not-observed', because: hopeless };
  return null;
}

const worst: readonly CheckResult[] = ['failed', 'unstable', 'passed', 'not-observed', 'not-applicable'];

function reportOf(rule: Rule, items: readonly Item[], options: JudgeOptions): RuleReport {
  const { id, title } = rule;
  if (id === 'clean') return cleanReport(rule, options);
  const not = why(rule, options);
  if (not !== null) return { id, title, ...not, disturbances: [] };
  const own = items.filter((item) => item.rule === rule);
  const result = worst.find((one) => own.some((item) => item.result === one)) ?? 'not-applicable';
  const telling = own.filter((item) => item.result === result);
  return {
    id,
    title,
    result,
    because: becauseOf(result, telling, own.length),
    disturbances: own.map(({ disturbance, finding, result }) => ({
      id: disturbance.id,
      result,
      expected: finding?.expected ?? null,
      observed: finding?.observed ?? null,
      exchange: finding?.exchange ?? [],
    })),
  };
}

function becauseOf(result: CheckResult, telling: readonly Item[], total: number): string {
  const [first] = telling;
  if (result === 'passed')
    return `${telling.length} of ${total} disturbances were played, and each left what it should`;
  if (first === undefined) return 'the provider has nothing that could be disturbed so';
  const more = telling.length > 1 ? ` (and ${telling.length - 1} more)` : '';
  const words = `${first.disturbance.id}: ${first.finding?.because ?? 'it failed, and not again'}${more}`;
  return result === 'unstable' ? `${words}; it did not fail again when it was repeated` : words;
}

function cleanReport({ id, title }: Rule, { clean }: JudgeOptions): RuleReport {
  const failed = clean.filter(({ result }) => result === 'failed');
  const [first] = failed;
  return {
    id,
    title,
    result: first === undefined ? 'passed' : 'failed',
    because:
      first === undefined
        ? `${clean.length} undisturbed sequences were acknowledged`
        : `${first.id}: expected ${shown(first.expected)}, got ${shown(first.observed)}`,
    disturbances: clean,
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A failure whose disturbance includes that of another rule, which fails, says nothing of its own. */
function explain(items: readonly Item[], clean: readonly DisturbanceReport[]): void {
  const failing = new Set<RuleId>(
    items.flatMap(({ rule, result }) => (result === 'failed' ? [rule.id] : [])),
  );
  if (clean.some(({ result }) => result === 'failed')) failing.add('clean');
  for (const item of items) {
    if (item.result !== 'failed' && item.result !== 'unstable') continue;
    const reason = reasonOf(item, failing);
    if (reason === undefined || item.finding === null) continue;
    item.result = 'not-observed';
    item.finding = { ...item.finding, because: `it includes what ${reason} does, which fails already` };
  }
}

/** Where something takes effect too often, the first of these that fails is the reason: other rules repeat callbacks too. */
const repeating: readonly RuleId[] = [
  'sequential-duplicate',
  'concurrent-duplicate',
  'duplicate-after-hours',
  'new-attempt-time',
];

/** The rule whose failure explains that of a disturbance. Undefined: there is none. */
function reasonOf({ rule, disturbance, finding }: Item, failing: ReadonlySet<RuleId>): RuleId | undefined {
  const reasons = [
    ...(rule.explainedBy ?? []),
    ...(disturbance.explainedBy ?? []),
    ...(finding?.isExcess === true && !repeating.includes(rule.id) ? repeating : []),
  ];
  return reasons.find((id) => id !== rule.id && failing.has(id));
}

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
