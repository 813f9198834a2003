/** The pages whose TypeScript `runnable-pages.test.ts` runs as written; a first line `// name.ts` names a module. */
export const runnablePages: readonly string[] = ['docs/testing.md', 'docs/recipes.md'];

/** The page whose files, commands and output `test/init/page.test.ts` checks as written. */
export const projectPage = 'docs/from-your-openapi.md';
