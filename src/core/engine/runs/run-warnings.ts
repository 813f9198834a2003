import type { Violation } from '../../errors.ts';
import type { World } from '../world.ts';
import { type Branch, type Run, withWarnings } from './run.ts';

/** Adds warnings to a run. It keeps each once. */
export async function warn(world: World, runId: string, warnings: readonly Violation[]): Promise<void> {
  await world.store.runs.update(runId, (run) => withWarnings(run, warnings));
}

/** Warns of callbacks that the provider does not send. */
export async function noteUnsent(world: World, runId: string, reasons: readonly Violation[]): Promise<void> {
  await warn(world, runId, reasons);
  const at = world.clock.now();
  for (const { message } of reasons) world.emit({ kind: 'callback.unsent', at, runId, message });
}

/** A provider that fails at a step must not stop the run: the run records the error and the branch continues. */
export async function noteFailure(world: World, run: Run, branch: Branch, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Could not play a step of ${branch.scenario}: ${reason}`;
  const warning = { location: `timeline/${branch.trigger}`, code: 'internal', message };
  await world.store.runs.update(run.id, (old) => ({ ...old, warnings: [...old.warnings, warning] }));
  world.emit({ kind: 'defect', at: world.clock.now(), message, error });
}
