// Writes the contract and its schemas as one file each, for tools that read one file: openapi.bundled.yaml and
// schemas/bundled/*.json.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { scenarioSchemaFiles } from '../src/core/scenario/scenario-schema.ts';
import { packageRoot, readContractFiles } from '../src/loading/contract-files.ts';
import { bundledProviders } from '../src/providers/bundled.ts';
import { bundleDocument, bundleSchema } from './bundle.ts';

const { document, schemas } = await readContractFiles();
// Quoted as for YAML 1.1, whose readers do not read unquoted dates, yes and no as strings.
const layout = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
const bundled = stringify(bundleDocument(document, schemas), layout);
const origin = '# Made from openapi.yaml and schemas/ by "npm run generate". Change those files.\n';
writeFileSync(join(packageRoot, 'openapi.bundled.yaml'), origin + bundled);

const folder = join(packageRoot, 'schemas/bundled');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const scenarioFiles = new Map(
  [...scenarioSchemaFiles(bundledProviders)].map(([file, { $id: _id, ...schema }]) => [file, schema]),
);
const roots = [
  ...[...schemas.keys()].filter((file) => file.startsWith('schemas/callbacks/')),
  'schemas/scenario.schema.json',
];
for (const file of roots) {
  const bundle = bundleSchema(file, new Map([...schemas, ...scenarioFiles]));
  const name = basename(file).replace('.schema.json', '.json');
  writeFileSync(join(folder, name), `${JSON.stringify(bundle, null, 2)}\n`);
}
