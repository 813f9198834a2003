import type { Plan } from '../../scenario/plan.ts';
import type { ApiFault } from '../../scenario/scenario.ts';
import { type ApiFaultMark, type Run, withChance } from '../runs/run.ts';
import type { Runs } from '../runs/runs.ts';
import type { World } from '../world.ts';
import { type AnswerFaults, type ApiFaults, combine, noAnswerFaults } from './api-faults.ts';

/** What the scripts of the runs and submissions that one request is about do to it. */
export class RequestFaults {
  /** What becomes of the answer, as far as is known. */
  answer: AnswerFaults = noAnswerFaults;
  readonly #world: World;
  readonly #apiFaults: ApiFaults;
  readonly #runs: Runs;
  readonly #operation: string;
  /** Full names: a script strikes a request once, however many files or runs of the request play it. */
  readonly #judged: string[] = [];
  /** Of scripts whose run is not made yet. */
  readonly #unmarked: ApiFaultMark[] = [];
  #runId: string | null = null;
  /** Labels what is left to chance for a request about a run; null: nothing was yet. */
  #chance: string | null = null;

  constructor(world: World, apiFaults: ApiFaults, runs: Runs, operation: string) {
    this.#world = world;
    this.#apiFaults = apiFaults;
    this.#runs = runs;
    this.#operation = operation;
  }

  /**
   * The request is about a run: every script that the run plays may strike. Gives the run, as it was before that.
   * @throws {ScriptedAnswer} when one answers in place of the provider
   */
  async runForRequest(runId: string): Promise<Run | undefined> {
    this.#runId = runId;
    const run = await this.#world.store.runs.get(runId);
    for (const plan of run?.respondingPlans ?? []) await this.applyFaults(plan, null);
    return run;
  }

  /**
   * The request is about to play a script, which may strike.
   * @param submission labels what is drawn for the submission; null: the request is about a run
   * @throws {ScriptedAnswer} when it answers in place of the provider
   */
  async applyFaults(plan: Plan, submission: string | null): Promise<void> {
    if (plan.respond.length === 0 || this.#judged.includes(plan.scenario)) return;
    this.#judged.push(plan.scenario);
    const world = this.#world;
    const label = submission ?? (await this.#labelOf(plan));
    const { answer, refusal, marks } = this.#apiFaults.judge(plan, {
      operation: this.#operation,
      at: world.clock.now(),
      random: (entry) => world.random(`${label}/${entry}`, plan),
    });
    this.answer = combine(this.answer, answer);
    for (const { at, operation, scenario, fault } of marks.filter(({ struck }) => struck))
      world.emit({ kind: 'request.faulted', at, runId: this.#runId, operation, scenario, fault });
    if (this.#runId === null) this.#unmarked.push(...marks);
    else if (marks.length > 0) await this.#runs.mark(this.#runId, marks);
    if (refusal !== null) throw refusal;
  }

  /** Counts the request among those about its run that have something left to chance. */
  async #labelOf(plan: Plan): Promise<string> {
    const isByChance = ({ probability, operation = this.#operation }: ApiFault): boolean =>
      probability < 1 && operation === this.#operation;
    if (this.#chance !== null || !plan.respond.some(isByChance)) return this.#chance ?? '';
    const runId = this.#runId ?? '';
    const run = await this.#world.store.runs.update(runId, withChance);
    this.#chance = `run/${runId}/request/${run?.chances ?? 0}`;
    return this.#chance;
  }

  /** What the script of a run that is being made has done to the request that makes it. */
  marksOf(scenario: string): readonly ApiFaultMark[] {
    return this.#unmarked.filter((mark) => mark.scenario === scenario);
  }
}
