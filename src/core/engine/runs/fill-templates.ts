import type { Violation } from '../../errors.ts';
import type { Provider, StepContext } from '../../provider/provider.ts';
import type { TimelineStep } from '../../scenario/plan.ts';
import { fillStep, isPlain } from '../../scenario/templates.ts';

/** Fills the templates of a step that is due. Those without a value become warnings. */
export async function fillTemplates(
  planned: TimelineStep,
  context: StepContext,
  provider: Pick<Provider, 'resourceOf'>,
): Promise<{ readonly step: TimelineStep; readonly warnings: readonly Violation[] }> {
  if (isPlain(planned)) return { step: planned, warnings: [] };
  const { run, branch, clock } = context;
  const { step, missing } = fillStep(planned, {
    exchange: run.exchange,
    resource: await provider.resourceOf?.(context),
    now: clock.now(),
    random: context.stepRandom(),
  });
  const warnings = missing.map((template) => ({
    location: `timeline/${branch.trigger}`,
    code: 'template.empty',
    message: `${template} has no value here. What it stands for was left out.`,
  }));
  return { step, warnings };
}
