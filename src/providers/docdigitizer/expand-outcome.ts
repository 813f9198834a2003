import { formatDuration } from '../../core/duration.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import { type Final, states } from './document-state.ts';

/**
 * Expands an outcome to the two phases of a document: machine learning, then the final state, each with its callback.
 * @param outcome `{final, reason?, reasons?, annotations?}`, checked when the scenario was read, as the timings are
 * @param timingsMs `machineLearning` and `final`, in milliseconds after the submission; default: the settings, of which
 *   the one gives way that would have the final state come first
 * @throws {RingbackError} `scenario.invalid` for a final state that is not the last one
 */
export function expandOutcome(
  outcome: JsonObject,
  timingsMs: Readonly<Record<string, number>>,
  settings: Settings,
): Plan['triggers'] {
  const { final } = outcome as { readonly final: Final };
  const { machineLearningMs, finalMs } = readTimes(timingsMs, settings);
  return {
    submission: [
      { atMs: machineLearningMs, set: { ...states.machineLearning }, callback: 'documentState' },
      { atMs: finalMs, set: { ...states[final] }, callback: 'documentState' },
    ],
  };
}

function readTimes(
  { machineLearning, final }: Readonly<Record<string, number>>,
  settings: Settings,
): { machineLearningMs: number; finalMs: number } {
  const finalMs = final ?? Math.max(settings['docdigitizer.finalTime'], machineLearning ?? 0);
  const machineLearningMs =
    machineLearning ?? Math.min(settings['docdigitizer.machineLearningTime'], finalMs);
  if (machineLearningMs > finalMs) {
    throw invalid(
      '/timings/machineLearning',
      `got ${formatDuration(machineLearningMs)}`,
      `at most the ${formatDuration(finalMs)} of \`final\`: the final state is the last one. For a callback of phase 1 that comes after it, use the fault \`reorder\`.`,
    );
  }
  return { machineLearningMs, finalMs };
}

function invalid(location: string, found: string, expected: string): RingbackError {
  const message = `${found}, expected ${expected}`;
  return new RingbackError('scenario.invalid', {
    detail: `Could not expand the outcome at ${location}: ${message}`,
    violations: [{ location, code: 'outcome', message }],
  });
}
