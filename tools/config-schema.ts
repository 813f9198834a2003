// Writes the JSON Schema of ringback.yaml: `node tools/config-schema.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '../src/config/config-schema.ts';

const file = join(import.meta.dirname, '../schemas/ringback.schema.json');
writeFileSync(file, `${JSON.stringify(configSchema({ variables: true }), null, 2)}\n`);
