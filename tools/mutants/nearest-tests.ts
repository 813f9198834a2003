/** The tests of each folder, by the longest prefix of a file's path. They kill most mutants within seconds. */
const testsOf: Readonly<Record<string, readonly string[]>> = {
  'src/core/': [
    'test/core/duration.test.ts',
    'test/core/json.test.ts',
    'test/core/random.test.ts',
    'test/core/settings.test.ts',
    'test/core/suggest.test.ts',
  ],
  'src/core/contract/': ['test/core/contract'],
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
  'src/files/': ['test/files'],
  'src/providers/docdigitizer/': ['test/providers/docdigitizer'],
  'src/providers/informed/': ['test/providers/informed'],
  'src/sender/': ['test/sender'],
  'src/loading/': ['test/loading', 'test/cli/scenario.test.ts'],
  'src/platform/': ['test/platform'],
  'src/server/': ['test/server'],
  'src/server/control/': ['test/server/control'],
  'src/store/': ['test/store'],
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
  'test/scenarios',
  'test/sender',
  'test/server',
  'test/store',
  'test/cli',
  '--exclude=test/cli/types.test.ts',
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
export const untimed = '^(?!.*without comparing everything with everything)';
