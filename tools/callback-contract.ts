// Writes the part of the contract that callbacks are checked against, for use without a server:
// `node tools/callback-contract.ts`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { references } from '../src/core/contract/references.ts';
import { type JsonObject, type JsonValue, resolvePointer } from '../src/core/json.ts';
import { readContractFiles } from '../src/loading/contract-files.ts';

const target = fileURLToPath(new URL('../src/testing/callback-contract.gen.ts', import.meta.url));
const { document, schemas } = await readContractFiles();
const { openapi = '', info = {}, webhooks = {} } = document;

/** Pointers into the document, and file names, that the webhooks refer to, directly or indirectly. */
const pointers = new Set<string>();
const files = new Set<string>();
visit({ webhooks }, '');

const kept: Record<string, JsonValue> = { openapi, info, webhooks };
for (const pointer of [...pointers].sort()) put(kept, pointer, resolvePointer(document, pointer) ?? null);
for (const file of [...files]) {
  const strict = file.replace(/\.schema\.json$/, '.strict.schema.json');
  if (schemas.has(strict)) visitFile(strict);
}
const text = JSON.stringify(
  { document: kept, schemas: Object.fromEntries([...files].sort().map((file) => [file, schemas.get(file)])) },
  null,
  1,
);
writeFileSync(
  target,
  `// Made from openapi.yaml and schemas/ by "npm run generate". Change those files.
import type { JsonObject } from '../core/json.ts';

/** The webhooks of the bundled contract and all that they refer to, as \`loadContract\` takes it. */
export const callbackContract: {
  readonly document: JsonObject;
  readonly schemas: Readonly<Record<string, JsonObject>>;
} = ${text};
`,
);

function visit(value: JsonValue, file: string): void {
  for (const { value: referring } of references(value))
    if (typeof referring.$ref === 'string') follow(referring.$ref, file);
}

function follow(reference: string, from: string): void {
  const [path = '', pointer = ''] = reference.split('#');
  if (path !== '') visitFile(new URL(path, `file:///${from}`).pathname.slice(1));
  if (path !== '' || from !== '' || pointers.has(pointer)) return;
  pointers.add(pointer);
  visit(resolvePointer(document, pointer) ?? null, '');
}

function visitFile(file: string): void {
  if (files.has(file)) return;
  const schema: JsonObject | undefined = schemas.get(file);
  if (schema === undefined) throw new Error(`Could not follow a reference: there is no ${file}.`);
  files.add(file);
  visit(schema, file);
}

/** Sets a value at a pointer, creating the objects on the way. */
function put(root: Record<string, JsonValue>, pointer: string, value: JsonValue): void {
  const tokens = pointer.slice(1).split('/');
  const last = tokens.pop() ?? '';
  let at = root;
  for (const token of tokens) {
    at[token] ??= {};
    at = at[token] as Record<string, JsonValue>;
  }
  at[last] = value;
}
