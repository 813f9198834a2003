import type { StepContext } from '../../provider/provider.ts';
import type { World } from '../world.ts';
import type { Branch, Run } from './run.ts';

/** What a provider gets to play a step, by the step's index. */
export function stepContext(world: World, run: Run, branch: Branch, step: number): StepContext {
  const { store, clock } = world;
  const { trigger, subject, starts, steps, plan } = branch;
  const label = () => `template/${run.id}/${trigger}/${subject ?? ''}/${starts}/${steps[step]?.atMs}/${step}`;
  return {
    run,
    branch,
    resources: store.resources,
    clock,
    settings: world.settingsOf(plan),
    random: (purpose) => world.random(purpose, plan),
    stepRandom: () => world.random(label(), plan),
  };
}
