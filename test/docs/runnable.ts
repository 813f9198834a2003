/** The pages whose TypeScript `runnable-pages.test.ts` runs as written; a first line `// name.ts` names a module. */
export const runnablePages: readonly string[] = ['docs/testing.md', 'docs/recipes.md'];
