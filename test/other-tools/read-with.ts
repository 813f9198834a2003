// Reads documents with a third-party library and prints the result:
// `node read-with.ts <tool> <file>…` → one line of JSON per file.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [, , tool = '', ...files] = process.argv;

/** The `title` of the error callback's payload, whose schema is a separate file; undefined without a callback. */
function payloadTitle(document: unknown): unknown {
  const path = ['webhooks', 'error', 'post', 'requestBody', 'content', 'application/json', 'schema', 'title'];
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}

const readers: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  async 'swagger-parser'(file) {
    const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
    await SwaggerParser.bundle(file);
    await SwaggerParser.validate(file);
    return payloadTitle(await SwaggerParser.dereference(file));
  },
  async 'json-schema-ref-parser'(file) {
    const { $RefParser } = await import('@apidevtools/json-schema-ref-parser');
    await $RefParser.bundle(file);
    return payloadTitle(await $RefParser.dereference(file));
  },
  async 'readme-openapi-parser'(file) {
    const { bundle, dereference, validate } = await import('@readme/openapi-parser');
    await bundle(file);
    const result = await validate(file);
    if (!result.valid || result.warnings.length > 0) throw new Error(JSON.stringify(result));
    return payloadTitle(await dereference(file));
  },
  async 'scalar-openapi-parser'(file) {
    const { dereference, load, validate } = await import('@scalar/openapi-parser');
    const { readFiles } = await import('@scalar/openapi-parser/plugins/read-files');
    const { filesystem } = await load(file, { plugins: [readFiles()] });
    const { valid, errors } = await validate(filesystem);
    if (!valid) throw new Error(JSON.stringify(errors));
    return payloadTitle(dereference(filesystem).schema);
  },
  /** For schemas, not documents: returns the number of valid examples, and whether an empty object is valid. */
  async hyperjump(file) {
    const { registerSchema, validate } = await import('@hyperjump/json-schema/draft-2020-12');
    const schema = JSON.parse(readFileSync(file, 'utf8'));
    const isBundle = file.includes('bundled');
    const uri = isBundle ? `urn:bundle:${file}` : pathToFileURL(file).href;
    if (isBundle) registerSchema(schema, uri);
    const isValid = await validate(uri);
    const verdicts = schema.examples.map((example: never) => isValid(example).valid);
    return { examples: verdicts.every(Boolean) && verdicts.length, empty: isValid({}).valid };
  },
};

const read = readers[tool];
if (read === undefined) throw new Error(`There is no reader ${tool}.`);
for (const file of files) console.log(JSON.stringify((await read(file)) ?? null));
