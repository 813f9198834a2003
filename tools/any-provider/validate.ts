import { registerSchema, setShouldValidateSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schemas } from './schemas.ts';

// The schemas of the documents are untidy: what a dialect says about schemas is not what is judged.
setShouldValidateSchema(false);

/** Checks values against the schemas of one document, by two validators that know nothing of each other. */
export class Judge {
  readonly schemas: Schemas;
  readonly #id = `https://judge.example/${Math.random().toString(36).slice(2)}/`;
  readonly #quick = new Map<string, ValidateFunction>();
  readonly #thorough = new Map<string, Promise<(value: unknown) => boolean>>();

  constructor(schemas: Schemas) {
    this.schemas = schemas;
  }

  /** The errors that Ajv finds. */
  errors(schema: string, value: unknown): readonly ErrorObject[] {
    let check = this.#quick.get(schema);
    if (check === undefined) {
      check = compile(this.schemas.bundle(schema));
      this.#quick.set(schema, check);
    }
    return check(value) ? [] : [...(check.errors ?? [])];
  }

  /** What is wrong with a value, in a sentence. Null if both validators take it. */
  async problem(schema: string, value: unknown): Promise<string | null> {
    const [error] = this.errors(schema, value);
    if (error !== undefined)
      return `${error.instancePath || '/'} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`;
    return (await this.#hyperjump(schema))(value) ? null : 'refused by the second validator alone';
  }

  #hyperjump(schema: string): Promise<(value: unknown) => boolean> {
    let check = this.#thorough.get(schema);
    if (check === undefined) {
      const id = this.#id + schema;
      registerSchema(this.schemas.bundle(schema) as Parameters<typeof registerSchema>[0], id);
      check = validate(id).then((valid) => (value) => valid(value as Parameters<typeof valid>[0]).valid);
      this.#thorough.set(schema, check);
    }
    return check;
  }
}

function compile(bundle: object): ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    inlineRefs: false,
    logger: false,
    code: { optimize: false },
  });
  addFormats.default(ajv);
  // The format of ajv-formats refuses URIs that WHATWG takes, and takes relative ones.
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  return ajv.compile(bundle);
}
