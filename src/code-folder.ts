/**
 * The folder that the package's code runs from, absolute: `src/` in a checkout, `dist/` in the package. What ships with it
 * is found from here. The CommonJS build has its own version of this file (`tools/build.ts`): `import.meta` cannot
 * be written there.
 */
export const codeFolder: string = import.meta.dirname;
