import { RingbackError } from '../core/errors.ts';
import { explain } from '../core/explain/explain.ts';
import type { Explanation } from '../core/explain/explanation.ts';
import { readConsumerAnswers } from '../core/explain/recording-sender.ts';
import { renderMermaid } from '../core/explain/render-mermaid.ts';
import { renderText } from '../core/explain/render-text.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
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
  const [given] = positionals;
  if (given === undefined) {
    throw new RingbackError('option.invalid', {
      details: { option: 'scenario', given: null },
      detail:
        'Could not explain: no scenario given. Got nothing, expected a name that `ringback scenario list` shows, or a file.',
    });
  }
  const answers = readConsumerAnswers(options.answer);
  const { catalogue, settings: own } = await openCatalogue(options, config);
  const settings = withSettings(defaultSettings(catalogue.providers), { ...own, ...options.set });
  // No name of a scenario has a dot.
  const isFile = /\.(ya?ml|json)$/i.test(given);
  const paths = isFile ? [...options.scenarios, given] : options.scenarios;
  const scenarios = await loadScenarios({ ...catalogue, settings }, paths);
  const explained = await explain({
    ...catalogue,
    scenario: isFile ? onlyScenario(given, scenarios) : given,
    scenarios,
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

/** @throws {RingbackError} `option.invalid` if the file has several */
function onlyScenario(path: string, scenarios: readonly Scenario[]): string {
  const names = scenarios.filter(({ source }) => source.file === path).map(fullName);
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  const got = names.length === 0 ? 'none' : names.join(', ');
  throw new RingbackError('option.invalid', {
    details: { option: 'scenario', given: path },
    detail: `Could not explain ${path}: it must have one scenario. Got ${got}. Give the path with --scenarios, and name one.`,
  });
}

const renderers: Readonly<Record<'text' | 'json' | 'mermaid', (explained: Explanation) => string>> = {
  text: renderText,
  json: (explained) => `${JSON.stringify(explained, null, 2)}\n`,
  mermaid: renderMermaid,
};
