// Writes the loose variant of every strict schema: schemas/**/X.strict.schema.json → X.schema.json.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { looseName, loosen } from './loosen.ts';
import { policyOf } from './loosen-policy.ts';

const root = join(import.meta.dirname, '..');

for (const file of globSync('schemas/{callbacks,models}/*.strict.schema.json', { cwd: root }).sort()) {
  const strict = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const loose = loosen(strict, policyOf(file), file);
  writeFileSync(join(root, looseName(file)), `${JSON.stringify(loose, null, 2)}\n`);
}
