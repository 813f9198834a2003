/** The pages whose TypeScript is run as it stands, by `runnable-pages.test.ts`; a first line `// name.ts` names a module. */
export const runnablePages: readonly string[] = ['docs/testing.md', 'docs/recipes.md'];
