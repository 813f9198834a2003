import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { RingbackError, type Violation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { suggest } from '../suggest.ts';
import type { Validator } from './contract.ts';
import { explain } from './explain.ts';
import { formerKeywords, keywordShapes } from './keywords.ts';
import type { ContractFiles, Place } from './places.ts';
import { below, members, nameOf } from './places.ts';
import type { Problems } from './problems.ts';
import { valid } from './valid.ts';

const dialects: readonly unknown[] = [
  undefined,
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2020-12/schema#',
  'https://spec.openapis.org/oas/3.1/dialect/base',
];

/**
 * The schemas of a contract. `visit` looks at what they are made of and resolves every `$ref`; compiling, which costs
 * far more, waits for a validator's first use.
 */
export class SchemaRegistry {
  readonly #files: ContractFiles;
  readonly #problems: Problems;
  readonly #visited = new Map<object, Place>();
  readonly #extensions = new Set<string>();
  readonly #validators = new Map<string, { place: Place; validator: Validator }>();
  /** The files whose root is a schema, not a part of an OpenAPI document. */
  readonly #schemaFiles = new Set<string>();
  #ajv: Ajv2020 | undefined;

  constructor(files: ContractFiles, problems: Problems) {
    this.#files = files;
    this.#problems = problems;
    for (const root of files.files) {
      const isSchema = isJsonObject(root.value) && ('$schema' in root.value || '$id' in root.value);
      if (isSchema || /\.schema\.(json|ya?ml)$/.test(root.file)) this.visit(root);
    }
  }

  /** How many files are schemas. */
  get fileCount(): number {
    return this.#schemaFiles.size;
  }

  /** Looks a schema over, and all it refers to: unknown keywords and dangling references become problems. */
  visit(place: Place): void {
    const { value } = place;
    if (typeof value === 'boolean') return;
    if (!isJsonObject(value)) {
      this.#problems.add(nameOf(place), 'schema', 'a schema must be an object, true or false');
      return;
    }
    if (this.#visited.has(value)) return;
    this.#visited.set(value, place);
    if (place.pointer === '') this.#schemaFiles.add(place.file);
    if (!dialects.includes(value.$schema)) {
      const known = 'https://json-schema.org/draft/2020-12/schema';
      this.#problems.add(
        nameOf(place),
        'schema',
        `$schema must be "${known}"; got ${JSON.stringify(value.$schema)}`,
      );
    }
    for (const [key, child] of members(place)) this.#visitKeyword(place, key, child);
  }

  #visitKeyword(place: Place, key: string, child: Place): void {
    if (key === '$ref') {
      const target = this.#files.target(place);
      // Followed to its end as well: a circle of $refs alone says nothing of any value.
      if (target !== undefined && this.#files.follow(target) !== undefined) this.visit(target);
      return;
    }
    if (key.startsWith('x-')) {
      this.#extensions.add(key);
      return;
    }
    const shape = keywordShapes.get(key);
    if (shape === undefined) {
      const former = Object.hasOwn(formerKeywords, key) ? ` ${formerKeywords[key]}.` : undefined;
      const advice = former ?? suggest(key, keywordShapes.keys());
      this.#problems.add(
        nameOf(child),
        'keyword',
        `"${key}" is not a keyword of JSON Schema 2020-12.${advice}`,
      );
    } else if (shape === 'schema') this.visit(child);
    else if (shape !== null) for (const [, schema] of members(child)) this.visit(schema);
  }

  /** A validator of the schema at a place; made once, compiled on its first use. */
  validator(place: Place): Validator {
    const uri = this.#files.uri(place);
    const known = this.#validators.get(uri);
    if (known !== undefined) return known.validator;
    this.visit(place);
    let run: ValidateFunction | undefined;
    const validator: Validator = (value) => {
      run ??= this.#compileOrThrow(place);
      return run(value) ? valid : this.#explain(run.errors ?? []);
    };
    this.#validators.set(uri, { place, validator });
    return validator;
  }

  /** A validator of a schema that is not in a file; its `$ref`s are absolute. */
  inlineValidator(schema: JsonObject): Validator {
    let run: ValidateFunction | undefined;
    return (value) => {
      run ??= this.#engine().compile(schema);
      return run(value) ? valid : this.#explain(run.errors ?? []);
    };
  }

  /** Compiles every schema file and every schema that has a validator; what does not compile becomes a problem. */
  compileAll(): void {
    try {
      this.#engine();
    } catch (error) {
      // Two schemas of one $id, an $anchor that is no name: the contract as a whole is at fault.
      this.#problems.add('#', 'schema', `the schemas do not fit together: ${messageOf(error)}`);
      return;
    }
    const roots = this.#files.files.filter((root) => this.#schemaFiles.has(root.file));
    for (const place of [...roots, ...[...this.#validators.values()].map((entry) => entry.place)]) {
      const failure = this.#failure(place);
      if (failure === undefined) continue;
      const { at, cause } = this.#narrow(place, failure, new Set());
      this.#problems.add(nameOf(at), 'schema', `the schema does not compile: ${cause}`);
    }
  }

  #compileOrThrow(place: Place): ValidateFunction {
    try {
      return this.#compile(place);
    } catch (cause) {
      const message = messageOf(cause);
      const violation = {
        location: nameOf(place),
        code: 'schema',
        message: `the schema does not compile: ${message}`,
      };
      throw new RingbackError('contract.invalid', {
        detail: `Failed to compile the schema at ${nameOf(place)}: ${message}.`,
        violations: [violation],
        cause,
      });
    }
  }

  #compile(place: Place): ValidateFunction {
    const run = this.#engine().getSchema(this.#files.uri(place));
    if (run === undefined) throw new Error(`there is no schema at ${nameOf(place)}`);
    return run as ValidateFunction;
  }

  /** Why a schema does not compile, or undefined when it does. */
  #failure(place: Place): string | undefined {
    try {
      this.#compile(place);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** The innermost schema that does not compile by itself: the compiler's messages do not say where. */
  #narrow(place: Place, cause: string, passed: Set<unknown>): { at: Place; cause: string } {
    passed.add(place.value);
    for (const child of this.#parts(place)) {
      if (passed.has(child.value)) continue;
      const failure = this.#failure(child);
      if (failure !== undefined) return this.#narrow(child, failure, passed);
    }
    return { at: place, cause };
  }

  #parts(place: Place): readonly Place[] {
    const target = this.#files.target(place);
    const parts = members(place).flatMap(([key, child]) => {
      const shape = keywordShapes.get(key) ?? null;
      if (shape === null) return [];
      return shape === 'schema' ? [child] : members(child).map(([, schema]) => schema);
    });
    return target === undefined ? parts : [target, ...parts];
  }

  #explain(errors: readonly ErrorObject[]): readonly Violation[] {
    return explain(errors, (union, index) => {
      const place = isJsonObject(union.parentSchema) ? this.#visited.get(union.parentSchema) : undefined;
      const branch = place && below(place, union.keyword, String(index));
      if (branch === undefined) return undefined;
      const run = this.#compile(branch);
      return run(union.data) ? 0 : (run.errors?.length ?? 0);
    });
  }

  #engine(): Ajv2020 {
    if (this.#ajv !== undefined) return this.#ajv;
    const ajv = new Ajv2020({
      strict: true,
      // These three are advice on style: a lawful contract of somebody else must load.
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allErrors: true,
      verbose: true,
      // `visit` and the compiler find what the metaschema would, without the cost of compiling it.
      validateSchema: false,
      meta: false,
      logger: false,
    });
    formats.default(ajv, { mode: 'fast' });
    // Annotations: they change nothing. Not `addKeyword`, which refuses names such as `/paths`.
    const learn = (name: string): void => {
      ajv.RULES.keywords[name] ??= true;
    };
    for (const name of [...keywordShapes.keys(), ...this.#extensions]) learn(name);
    for (const root of [this.#files.document, ...this.#files.files]) {
      let schema = root.value as JsonObject;
      if (!this.#schemaFiles.has(root.file)) {
        // A document that only holds schemas is added to be pointed into: nothing at its root is a keyword.
        schema = Object.fromEntries(Object.entries(schema).filter(([key]) => !keywordShapes.has(key)));
        for (const key of Object.keys(schema)) learn(key);
      }
      ajv.addSchema(schema, this.#files.fileUri(root.file));
    }
    this.#ajv = ajv;
    return ajv;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
