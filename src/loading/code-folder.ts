import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that the package's code runs from, absolute: `src/` in a checkout, `dist/` in the package. What ships with it
 * is found from here. The CommonJS build has its own version of this file (`tools/build.ts`): `import.meta` cannot
 * be written there. Not `import.meta.dirname`: jest 29 leaves it undefined.
 */
export const codeFolder: string = dirname(dirname(fileURLToPath(import.meta.url)));
