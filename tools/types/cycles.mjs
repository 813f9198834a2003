import { createRequire, registerHooks } from 'node:module';

/**
 * Fails when modules of `src/` or of `ui/` import each other in a circle, type imports included. It runs here because madge needs
 * TypeScript's classic JS API, which only this workspace has: every `typescript` is resolved to it.
 */
const require = createRequire(import.meta.url);
const typescript = new URL(`file://${require.resolve('typescript')}`).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'typescript'
      ? { url: typescript, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
});
const { default: madge } = await import('madge');
const folders = ['src', 'ui'].map((name) => `${import.meta.dirname}/../../${name}`);
const graph = await madge(folders, { fileExtensions: ['ts', 'tsx'] });
const cycles = graph.circular();
for (const cycle of cycles) console.error(`Import cycle: ${[...cycle, cycle[0]].join(' → ')}`);
console.log(`${Object.keys(graph.obj()).length} modules, ${cycles.length} import cycles`);
const { skipped } = graph.warnings();
for (const name of skipped) console.error(`Import that was not found: ${name}`);
if (cycles.length > 0 || skipped.length > 0) process.exitCode = 1;
