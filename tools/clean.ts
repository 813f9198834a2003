import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes what an earlier build left, so that a deleted source leaves no file in the package. */
rmSync(join(import.meta.dirname, '..', 'dist'), { recursive: true, force: true });
