// Writes the schemas of the scenario language from the tables they are made of: `node tools/scenario-schema.ts`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenarioSchemaFiles } from '../src/core/scenario/scenario-schema.ts';
import { bundledProviders } from '../src/providers/bundled.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schemas = scenarioSchemaFiles(bundledProviders);
const files = [...schemas.keys()];

for (const [path, { $id: _id, ...schema }] of schemas) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(schema, null, 2)}\n`);
}
execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', ...files], {
  cwd: root,
  stdio: 'pipe',
});
