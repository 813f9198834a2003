import { RingbackError } from '../core/errors.ts';
import { explain } from '../core/explain/explain.ts';
import type { Explanation } from '../core/explain/explanation.ts';
import { readConsumerAnswers } from '../core/explain/recording-sender.ts';
import { renderMermaid } from '../core/explain/render-mermaid.ts';
import { renderText } from '../core/explain/render-text.ts';
import { defaultSettings, withSettings } from '../core/settings.ts';
import { loadScenarios } from '../loading/catalogue.ts';
import { createSigner } from '../signing/create-signer.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import { printable } from './printable.ts';

/** `ringback scenario explain`: shows what a scenario does, without sending anything. */
export async function scenarioExplain(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('scenario explain', args);
  const [scenario] = positionals;
  if (scenario === undefined) {
    throw new RingbackError('option.invalid', {
      details: { option: 'scenario', given: null },
      detail:
        'Could not explain: no scenario given. Got nothing, expected a name that `ringback scenario list` shows.',
    });
  }
  const answers = readConsumerAnswers(options.answer);
  const { catalogue, settings: own } = await openCatalogue(options, config);
  const settings = withSettings(defaultSettings(catalogue.providers), { ...own, ...options.set });
  const explained = await explain({
    ...catalogue,
    scenario,
    scenarios: await loadScenarios({ ...catalogue, settings }, options.scenarios),
    createStore: createMemoryStore,
    signer: createSigner(),
    settings,
    answers,
    method: options.method,
    files: options.files,
    callbackHeaders: options.header,
    ...(options.seed !== null && { seed: options.seed }),
    ...(options.now !== null && { now: options.now }),
  });
  const text = renderers[options.format](explained);
  process.stdout.write(text.split('\n').map(printable).join('\n'));
  return exitCodes.fine;
}

const renderers: Readonly<Record<'text' | 'json' | 'mermaid', (explained: Explanation) => string>> = {
  text: renderText,
  json: (explained) => `${JSON.stringify(explained, null, 2)}\n`,
  mermaid: renderMermaid,
};
