import type { ProviderContext } from '../../../core/provider/provider.ts';

/** The context with another choice of scenarios. */
export function withChoice(
  context: ProviderContext,
  chooseScenario: ProviderContext['chooseScenario'],
): ProviderContext {
  const { clock, settings, resources } = context;
  return {
    clock,
    settings,
    resources,
    newId: () => context.newId(),
    random: (label) => context.random(label),
    wait: (ms) => context.wait(ms),
    runForRequest: (id) => context.runForRequest(id),
    chooseScenario,
    settingsOf: (plan) => context.settingsOf(plan),
    startRun: (run) => context.startRun(run),
    startBranches: (id, branches, warnings) => context.startBranches(id, branches, warnings),
    run: (id) => context.run(id),
    deliveriesOf: (run) => context.deliveriesOf(run),
  };
}
