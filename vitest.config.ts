import { defineConfig } from 'vitest/config';

/** Exhaustive files that measure time or memory, or judge by real time: nothing runs beside them. */
const alone = [
  'test/bench/{heap,young-objects}.test.ts',
  'test/check/{bad-input,contract,document-consumers,gallery,webhooks}.test.ts',
  'test/check/reports/check-command.test.ts',
  'test/e2e/{latency,memory}.test.ts',
  'test/files/receive-many.test.ts',
  'test/server/{contract-patterns,uploads-memory}.test.ts',
  'test/testing/{describe-consumer,fake-timers}.test.ts',
];

/**
 * What takes minutes: cross products, whole matrices, large uploads, statistics, and programs of other tools. `npm test`
 * names these files and skips them; `npm run test:all`, which CI runs, has them.
 */
export const exhaustive = [
  ...alone,
  'test/action/action.test.ts',
  'test/any-provider/corpus.test.ts',
  'test/cli/{client,ending,examples,last-net,mcp,record,trigger-examples,types}.test.ts',
  'test/config/guide.test.ts',
  'test/core/contract/sample/corpus.test.ts',
  'test/docs/runnable-pages.test.ts',
  'test/explain/explain-equals-play.test.ts',
  'test/faults/probability.test.ts',
  'test/init/{corpus,page}.test.ts',
  'test/files/judged-files.test.ts',
  'test/loading/foreign/corpus.test.ts',
  'test/other-tools/{other-tools,prism-callbacks}.test.ts',
  'test/package.test.ts',
  'test/readme/{readme,tour}.test.ts',
  'test/receivers/github-events.test.ts',
  'test/restricted-node.test.ts',
  'test/scenarios/bad-input.test.ts',
  'test/schemas/patterns.test.ts',
  'test/testing/runners.test.ts',
  'test/ui/dashboard.test.ts',
];

/** What needs a process of its own: it changes globals, or measures and ends processes. */
const isolated = [
  'test/{bench,cli,docs,e2e,files,platform,sender,testing}/**/*.test.ts',
  'test/server/{connection-limits,defects,handler-errors,memory-drift,spans}.test.ts',
  'test/*.test.ts',
];

// Processes that tests start are up a third sooner with compiled code from the run before.
const env = { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/node-compile` };

export default defineConfig({
  test: {
    setupFiles: ['test/support/setup.ts'],
    typecheck: { enabled: false },
    // A busy machine is no failure.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    // Vitest leaves one processor to itself, which is half of two.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...isolated, ...exhaustive],
          isolate: false,
          env,
        },
      },
      { extends: true, test: { name: 'isolated', include: isolated, exclude: exhaustive, env } },
      {
        extends: true,
        test: {
          name: 'exhaustive',
          include: exhaustive,
          exclude: alone,
          env,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          // Checks of consumers judge by real time.
          maxConcurrency: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
