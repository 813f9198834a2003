const foreign = ['test/loading/foreign', '--exclude=test/loading/foreign/corpus.test.ts'];

/** The tests of each folder, by the longest prefix of a file's path. They kill most mutants within seconds. */
const testsOf: Readonly<Record<string, readonly string[]>> = {
  'src/config/': ['test/config/bad-input.test.ts', 'test/config/config.test.ts'],
  'src/config/read-config.ts': [
    'test/config/bad-input.test.ts',
    'test/config/config.test.ts',
    'test/cli/check-config.test.ts',
  ],
  'src/config/code-provider.ts': ['test/config/define-provider.test.ts'],
  'src/config/load-provider.ts': ['test/config/define-provider.test.ts'],
  'src/config/open-configured.ts': [
    'test/config/bad-input.test.ts',
    'test/config/config.test.ts',
    'test/config/define-provider.test.ts',
  ],
  'src/core/': [
    'test/core/duration.test.ts',
    'test/core/json.test.ts',
    'test/core/random.test.ts',
    'test/core/read-text.test.ts',
    'test/core/settings.test.ts',
    'test/core/suggest.test.ts',
  ],
  'src/core/contract/': [
    'test/core/contract/callback-key.test.ts',
    'test/core/contract/load-contract.test.ts',
    'test/core/contract/recognize-callback.test.ts',
    'test/core/contract/violations.test.ts',
  ],
  'src/core/contract/foreign/': [
    'test/core/contract/foreign',
    'test/loading/foreign/untidy.test.ts',
    '--exclude=test/core/contract/foreign/untidy.test.ts',
  ],
  'src/core/contract/media/': ['test/core/contract/media', 'test/server/foreign/bodies.test.ts'],
  'src/core/contract/sample/': [
    'test/core/contract/sample',
    '--exclude=test/core/contract/sample/{corpus,hostile,keywords,one-case}.test.ts',
  ],
  'src/core/contract/upgrade/': ['test/core/contract/upgrade', ...foreign],
  'src/core/engine/': ['test/core/engine', 'test/spaces/reset.test.ts', 'test/faults'],
  'src/core/engine/runs/kept-runs.ts': ['test/spaces/eviction.test.ts', 'test/core/engine'],
  'src/core/engine/runs/runs.ts': [
    'test/core/engine',
    'test/faults',
    'test/respond',
    'test/spaces/reset.test.ts',
  ],
  'src/core/engine/faults/': ['test/core/engine/faults', 'test/faults'],
  'src/core/engine/faults/api-faults.ts': ['test/respond'],
  'src/core/engine/faults/request-faults.ts': ['test/respond'],
  'src/core/explain/': ['test/explain'],
  'src/core/scenario/': ['test/core/scenario', 'test/choosing'],
  'src/core/scenario/templates.ts': [
    'test/core/scenario/templates.test.ts',
    'test/providers/contract/templates.test.ts',
  ],
  'src/core/signing/': ['test/signing'],
  'src/files/': ['test/files'],
  'src/providers/contract/': ['test/providers/contract'],
  'src/providers/contract/filled-settings.ts': ['test/config/filled-templates.test.ts'],
  'src/providers/contract/operation-choices.ts': [
    'test/config/filled-templates.test.ts',
    'test/config/config.test.ts',
  ],
  'src/cli/open-catalogue.ts': ['test/cli/check-config.test.ts', 'test/config/command-line.test.ts'],
  'src/providers/contract/changed/': ['test/providers/changed-contract'],
  'src/providers/contract/changed/renaming.ts': ['test/providers/changed-contract/renaming.test.ts'],
  'src/providers/contract/changed/schema-parts.ts': ['test/providers/changed-contract/renaming.test.ts'],
  'src/providers/docdigitizer/': ['test/providers/docdigitizer'],
  'src/providers/informed/': ['test/providers/informed'],
  'src/sender/': ['test/sender'],
  'src/signing/': ['test/signing'],
  'src/init/': ['test/init/draft.test.ts', 'test/init/names.test.ts'],
  'src/loading/foreign/': foreign,
  'src/loading/': ['test/loading', 'test/cli/scenario.test.ts'],
  'src/platform/': ['test/platform'],
  'src/server/': ['test/server'],
  'src/server/control/': ['test/server/control', 'test/server/memory.test.ts'],
  'src/store/': ['test/store'],
  'src/testing/': [
    'test/testing/any-contract.test.ts',
    'test/testing/any-contract-payloads.test.ts',
    'test/testing/callback-example.test.ts',
    'test/testing/matchers.test.ts',
    'test/testing/met-callbacks.test.ts',
    'test/testing/nock-any-contract.test.ts',
    'test/testing/validate-callback.test.ts',
  ],
  'src/types-generator/': ['test/types-generator'],
};

/** Tests of overall behavior that run within minutes; no package builds, no pages, no timings. */
export const widerTests: readonly string[] = [
  'test/seeds',
  'test/e2e',
  'test/faults',
  'test/respond',
  'test/choosing',
  'test/explain',
  'test/spaces',
  'test/core',
  'test/providers',
  'test/loading',
  'test/receivers',
  'test/scenarios',
  'test/sender',
  'test/server',
  'test/signing',
  'test/store',
  'test/cli',
  '--exclude=test/cli/types.test.ts',
  '--exclude=test/core/contract/sample/corpus.test.ts',
  '--exclude=test/loading/foreign/corpus.test.ts',
  '--exclude=test/receivers/github-events.test.ts',
  '--exclude=test/spaces/speed.test.ts',
  '--exclude=test/respond/load.test.ts',
];

/** Test files and folders to try first for a mutant of a source file. */
export function nearestTests(file: string): readonly string[] {
  const prefixes = Object.keys(testsOf).filter((prefix) => file.startsWith(prefix));
  const longest = prefixes.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? [] : (testsOf[longest] ?? []);
}

/** Names of all tests except those that fail on a slow machine. */
export const untimed =
  '^(?!.*(without comparing everything with everything|in no time|is made as fast as it is read))';
