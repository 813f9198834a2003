import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Job, MeasureContext } from '../lib/job.ts';

const schemaFile = 'schemas/callbacks/verifications.schema.json';

export const validation: Job = {
  name: 'validation',
  title: 'Validation of a payload: verifications, 5 KB',
  text: 'One payload again and again, in a warm process; a second is a second of CPU time. Engine: the check of every callback before it leaves. Library: validateCallback(). The floor is ajv, compiled from the same schema with the same options.',
  ours: ['engine', 'library'],
  floors: ['ajv'],
  figures: [
    {
      what: 'engine, payloads a second',
      ours: 'engine.rate',
      floor: 'ajv.rate',
      value: { atLeast: 150_000 },
      ratio: { atLeast: 0.9 },
    },
    {
      what: 'validateCallback(), payloads a second',
      ours: 'library.rate',
      floor: 'ajv.rate',
      value: { atLeast: 150_000 },
      ratio: { atLeast: 0.9 },
    },
    { what: 'bytes of the payload', ours: 'engine.bytes', floor: 'ajv.bytes' },
  ],
  async measure(subject, context) {
    const payload = verifications(context);
    const isValid = await validatorOf(subject, context);
    if (!isValid(payload)) throw new Error(`${subject} calls the payload invalid.`);
    if (isValid({ ...payload, application_id: 1 })) throw new Error(`${subject} calls anything valid.`);
    runFor(500, () => isValid(payload));
    return { rate: runFor(800, () => isValid(payload)), bytes: JSON.stringify(payload).length };
  },
};

type Payload = Readonly<Record<string, unknown>>;

async function validatorOf(
  subject: string,
  { dist }: MeasureContext,
): Promise<(payload: Payload) => boolean> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(dist, file)).href);
  if (subject === 'library') {
    const { validateCallback } = (await load('index.js')) as typeof import('../../src/index.ts');
    return (payload) => validateCallback(payload).valid;
  }
  if (subject === 'engine') {
    const { loadBundledContract } = (await load(
      'loading/contract-files.js',
    )) as typeof import('../../src/loading/contract-files.ts');
    const type = (await loadBundledContract()).callbacks.get('informed.verifications');
    if (type === undefined) throw new Error('The contract has no verifications callback.');
    return (payload) => type.validate(payload).length === 0;
  }
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors: true,
    verbose: true,
    validateSchema: false,
    meta: false,
  });
  formats.default(ajv, { mode: 'fast' });
  for (const [file, schema] of schemasOf(dist)) {
    for (const key of Object.keys(schema)) if (key.startsWith('x-')) ajv.addKeyword(key);
    ajv.addSchema(schema, file);
  }
  const validate = ajv.getSchema(schemaFile);
  if (validate === undefined) throw new Error(`There is no schema ${schemaFile}.`);
  return (payload) => validate(payload) === true;
}

interface Schema extends Payload {
  readonly examples?: readonly Payload[];
}

/** By path in the package. */
function schemasOf(dist: string): ReadonlyMap<string, Schema> {
  const root = join(dist, '..');
  const files = ['schemas/callbacks', 'schemas/models'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(join(root, file), 'utf8')) as Schema]));
}

/** The schema's example with enough verifications for 5 KB. */
function verifications({ dist }: MeasureContext): Payload {
  const schema = schemasOf(dist).get(schemaFile);
  const example = schema?.examples?.[0] as { verifications: { income: unknown[] } };
  const { income } = example.verifications;
  const [passed, missing] = income;
  return { ...example, verifications: { income, residence: [passed, missing], identity: [missing] } };
}

/** Calls per second of CPU time, measured for the given milliseconds. */
function runFor(ms: number, once: () => boolean): number {
  const end = performance.now() + ms;
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 500; i++) once();
    count += 500;
  }
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1e6;
}
