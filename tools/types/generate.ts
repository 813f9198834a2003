// Writes src/types/contract.gen.ts: the types of operations, callbacks and schemas of openapi.yaml.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openapiTypescript from 'openapi-typescript';
import typescript from 'typescript';
import { generateTypes } from '../../src/types-generator/generate-types.ts';
import type { GeneratorPeers } from '../../src/types-generator/peers.ts';
import { readDocument } from '../../src/types-generator/read-document.ts';

const target = join(import.meta.dirname, '../../src/types/contract.gen.ts');
const header = '// Made from openapi.yaml and schemas/ by "npm run generate". Change those files.\n\n';

const peers = { openapiTypescript, typescript } as unknown as GeneratorPeers;
writeFileSync(target, header + (await generateTypes(await readDocument(), peers, 'openapi.yaml')));
