/** The pages whose TypeScript `runnable-pages.test.ts` runs as written; a first line `// name.ts` names a module. */
export const runnablePages: readonly string[] = ['docs/testing.md', 'docs/recipes.md'];

/** The page whose files, commands and output `test/init/page.test.ts` checks as written. */
export const projectPage = 'docs/from-your-openapi.md';

/** The page whose commands `test/readme/tour.test.ts` runs as written. */
export const tourPage = 'docs/tour.md';

/** Pages all of whose blocks are run by a test of their own: those above, and the README by test/readme. */
export const pagesWithTests: readonly string[] = ['README.md', projectPage, tourPage];
