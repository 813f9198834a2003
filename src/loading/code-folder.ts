import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of the folder with the package's code: `src/` in a checkout, `dist/` in the package. Files of the
 * package are found relative to it. The CommonJS build has its own version of this file (`tools/build.ts`), because it
 * has no `import.meta`. `import.meta.dirname` would not do either: jest 29 leaves it undefined.
 */
export const codeFolder: string = dirname(dirname(fileURLToPath(import.meta.url)));
