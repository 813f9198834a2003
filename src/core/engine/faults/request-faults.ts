import type { Plan } from '../../scenario/plan.ts';
import type { ApiFault } from '../../scenario/scenario.ts';
import { type ApiFaultMark, type Run, withChance } from '../runs/run.ts';
import type { Runs } from '../runs/runs.ts';
import type { World } from '../world.ts';
import { type AnswerFaults, type ApiFaults, combine, noAnswerFaults } from './api-faults.ts';

/** Applies API faults to one request, from the scripts of its runs and submissions. */
export class RequestFaults {
  /** The faults of the response so far. */
  answer: AnswerFaults = noAnswerFaults;
  readonly #world: World;
  readonly #apiFaults: ApiFaults;
  readonly #runs: Runs;
  readonly #operation: string;
  /** Full names. A script strikes a request once, even if several files or runs of the request play it. */
  readonly #judged: string[] = [];
  /** Marks of scripts whose run does not exist yet. */
  readonly #unmarked: ApiFaultMark[] = [];
  #runId: string | null = null;
  /** The label for random draws of a request about a run. Null until something was left to chance. */
  #chance: string | null = null;

  constructor(world: World, apiFaults: ApiFaults, runs: Runs, operation: string) {
    this.#world = world;
    this.#apiFaults = apiFaults;
    this.#runs = runs;
    this.#operation = operation;
  }

  /**
   * Applies every script that the run plays, and returns the run as it was before.
   * @throws {ScriptedAnswer} when a script responds in place of the provider
   */
  async runForRequest(runId: string): Promise<Run | undefined> {
    this.#runId = runId;
    const run = await this.#world.store.runs.get(runId);
    for (const plan of run?.respondingPlans ?? []) await this.applyFaults(plan, null);
    return run;
  }

  /**
   * Applies the faults of a script that the request is about to play.
   * @param submission label for random draws of the submission. Null: the request is about a run
   * @throws {ScriptedAnswer} when the script responds in place of the provider
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

  /** Counts the request as one about its run that leaves something to chance. */
  async #labelOf(plan: Plan): Promise<string> {
    const isByChance = ({ probability, operation = this.#operation }: ApiFault): boolean =>
      probability < 1 && operation === this.#operation;
    if (this.#chance !== null || !plan.respond.some(isByChance)) return this.#chance ?? '';
    const runId = this.#runId ?? '';
    const run = await this.#world.store.runs.update(runId, withChance);
    this.#chance = `run/${runId}/request/${run?.chances ?? 0}`;
    return this.#chance;
  }

  /** What the script of a new run has done to the request that creates the run. */
  marksOf(scenario: string): readonly ApiFaultMark[] {
    return this.#unmarked.filter((mark) => mark.scenario === scenario);
  }
}
