// Writes the types of operations and schemas: src/types/contract.gen.ts from openapi.yaml, and ui/api/control.gen.ts from
// openapi.control.yaml.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as openapiTypescript from 'openapi-typescript';
import typescript from 'typescript';
import { generateTypes } from '../../src/types-generator/generate-types.ts';
import type { GeneratorPeers } from '../../src/types-generator/peers.ts';
import { readDocument } from '../../src/types-generator/read-document.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'src/types/contract.gen.ts');
const header = '// Made from openapi.yaml and schemas/ by "npm run generate". Change those files.\n\n';

const peers = { openapiTypescript, typescript } as unknown as GeneratorPeers;
writeFileSync(target, header + (await generateTypes(await readDocument(), peers, 'openapi.yaml')));

const control = pathToFileURL(join(root, 'openapi.control.yaml'));
const types = openapiTypescript.astToString(await openapiTypescript.default(control, { immutable: true }));
writeFileSync(
  join(root, 'ui/api/control.gen.ts'),
  `// Made from openapi.control.yaml by "npm run generate". Change that file.\n\n${types}`,
);
