// Writes docs/scenario-reference.md and docs/scenario-catalogue.md: `node tools/scenario-docs.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioPages } from './docs/scenario-pages.ts';

const folder = join(import.meta.dirname, '../docs');
for (const [name, text] of Object.entries(await scenarioPages())) writeFileSync(join(folder, name), text);
