import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Contract } from '../../../src/core/contract/contract.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import { createScenarioLibrary, type ScenarioLibrary } from '../../../src/core/scenario/library.ts';
import { parseScenarioFiles } from '../../../src/core/scenario/parse-scenarios.ts';
import type { ScenarioFile } from '../../../src/core/scenario/read-scripts.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { readScenarioFiles, shippedScenarios } from '../../../src/loading/scenario-files.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { docdigitizerLanguage } from '../../../src/providers/docdigitizer/scenario-language.ts';
import { informed } from '../../../src/providers/informed/informed.ts';
import { informedLanguage } from '../../../src/providers/informed/scenario-language.ts';
import type { DocDigitizerScenarioInput, InformedScenarioInput } from '../../../src/types/scenario-input.ts';
import { defaultSettings, scenarioSchema } from '../../support/bundled.ts';

const providers = new Map<string, Provider>([
  ['docdigitizer', docdigitizer],
  ['informed', informed],
]);
const languages = { docdigitizer: docdigitizerLanguage, informed: informedLanguage };
let contract: Contract;
let files: readonly ScenarioFile[];
let library: ScenarioLibrary;

beforeAll(async () => {
  contract = await loadBundledContract();
  files = await readScenarioFiles([shippedScenarios]);
  const scenarios = parseScenarioFiles(files, { contract, providers });
  library = createScenarioLibrary({ scenarios, providers, settings: () => defaultSettings });
});

/** The callbacks of a scenario, by trigger. */
function sent(name: string): Record<string, string[]> {
  const { plan } = library.get(name);
  return Object.fromEntries(
    Object.entries(plan.triggers).map(([trigger, steps]) => [
      trigger,
      steps.map(({ callback, set, detail }) =>
        [callback, set?.state, detail?.fileError, detail?.delayed]
          .filter((part) => part !== undefined)
          .join(' '),
      ),
    ]),
  );
}

describe('the shipped scenarios', () => {
  test('have the names that consumers write into their tests', () => {
    const names = library.list().map(({ provider, name }) => `${provider}/${name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'docdigitizer/annotated',
        'docdigitizer/error',
        'docdigitizer/rejected',
        'informed/complete',
        'informed/corrupted',
        'informed/invalid-type',
        'informed/password-protected',
        'informed/too-large',
        'informed/too-small',
        'informed/unreadable',
        'informed/verifications-delayed',
      ]),
    );
  });

  test('describe what happens and what a good consumer does', () => {
    for (const { name, description } of library.list()) {
      expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z].+\. A good consumer .+\.$/s)]);
    }
  });

  test('are in the folder of their provider and name the schema for editors', async () => {
    for (const { provider, source } of library.list()) {
      expect(relative(shippedScenarios, dirname(source.file))).toBe(provider);
    }
    for (const { file, text } of files) {
      const path = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
      const schema = JSON.parse(await readFile(resolve(dirname(file), path), 'utf8'));
      expect(schema.title).toBe(scenarioSchema.title);
    }
  });

  test('include the default of every provider', () => {
    for (const provider of providers.values()) {
      expect(library.get(provider.defaultScenario).scenario.provider).toBe(provider.name);
    }
  });

  test.each(['docdigitizer', 'informed'] as const)(
    'have the default outcome of %s in its default',
    (name) => {
      const usual = library.get(providers.get(name)?.defaultScenario ?? '').scenario;
      expect(usual.outcome).toEqual(providers.get(name)?.language?.defaultOutcome);
    },
  );

  test.each([
    ['docdigitizer/annotated', { submission: ['documentState 30', 'documentState 91'] }],
    ['docdigitizer/rejected', { submission: ['documentState 30', 'documentState 92'] }],
    ['docdigitizer/error', { submission: ['documentState 30', 'documentState 999'] }],
    ['informed/complete', { upload: ['extractions'], quiet: ['verifications'] }],
    ['informed/verifications-delayed', { upload: ['extractions'], quiet: ['error true'] }],
    ['informed/unreadable', { upload: ['error unreadable'] }],
    ['informed/invalid-type', { upload: ['error invalid-type'] }],
    ['informed/corrupted', { upload: ['error corrupted'] }],
    ['informed/password-protected', { upload: ['error password-protected'] }],
    ['informed/too-small', { upload: ['error too-small'] }],
    ['informed/too-large', { upload: ['error too-large'] }],
  ])('%s plays what its name says', (name, expected) => {
    expect(sent(name)).toMatchObject(expected);
  });
});

describe('the language of a provider', () => {
  test.each(['docdigitizer', 'informed'] as const)('has the triggers and timings that %s expands', (name) => {
    const provider = providers.get(name);
    const { timings, triggers, outcome } = languages[name];
    const timingsMs = Object.fromEntries(Object.keys(timings).map((timing) => [timing, 1]));
    for (const example of outcome.examples) {
      const expanded = provider?.expandOutcome(example, timingsMs, defaultSettings) ?? {};
      expect(Object.keys(expanded).toSorted()).toEqual(Object.keys(triggers).toSorted());
    }
  });

  test('its types have the operations and callbacks of the contract', () => {
    type OperationOf<T extends { match?: { operation?: string } }> = NonNullable<
      NonNullable<T['match']>['operation']
    >;
    type CallbackOf<T extends { timeline?: readonly { callback?: string }[] }> = NonNullable<
      NonNullable<T['timeline']>[number]['callback']
    >;
    // tsc requires each name once; the contract decides whether the names are right.
    const operations = {
      docdigitizer: {
        authenticate: 1,
        submitDocument: 1,
        getDocument: 1,
        annotateDocument: 1,
        annotateDocumentOfClass: 1,
        listTasks: 1,
        getTask: 1,
        getDocumentV1: 1,
        getDocumentAssets: 1,
      } satisfies Record<OperationOf<DocDigitizerScenarioInput>, 1>,
      informed: {
        registerApplication: 1,
        updateApplication: 1,
        listApplications: 1,
        getApplication: 1,
        addDocuments: 1,
        uploadFile: 1,
        downloadDocument: 1,
      } satisfies Record<OperationOf<InformedScenarioInput>, 1>,
    };
    const callbacks = {
      docdigitizer: { documentState: 1, documentStateOverview: 1, documentStateV1: 1 } satisfies Record<
        CallbackOf<DocDigitizerScenarioInput>,
        1
      >,
      informed: { extractions: 1, verifications: 1, error: 1 } satisfies Record<
        CallbackOf<InformedScenarioInput>,
        1
      >,
    };
    for (const name of ['docdigitizer', 'informed'] as const) {
      const inContract = contract.operations.filter(({ provider }) => provider === name).map(({ id }) => id);
      expect(Object.keys(operations[name]).toSorted()).toEqual(inContract.toSorted());
      const types = [...contract.callbacks.values()].filter(({ provider }) => provider === name);
      expect(Object.keys(callbacks[name]).toSorted()).toEqual(types.map((type) => type.name).toSorted());
    }
  });

  test('the shipped folder is found relative to the module', () => {
    expect(shippedScenarios).toBe(fileURLToPath(new URL('../../../scenarios', import.meta.url)));
  });
});
