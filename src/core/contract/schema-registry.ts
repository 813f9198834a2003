import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { RingbackError, type Violation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { quoted } from '../quoted.ts';
import { suggest } from '../suggest.ts';
import type { Validator } from './contract.ts';
import { explain } from './explain-violation.ts';
import { formerKeywords, keywordShapes } from './keywords.ts';
import type { ContractFiles, Place } from './place.ts';
import { below, members, nameOf } from './place.ts';
import type { Problems } from './problems.ts';
import type { ReadyCheck, SchemaEngine } from './schema-engine.ts';
import { valid } from './valid.ts';

const dialects: readonly unknown[] = [
  undefined,
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2020-12/schema#',
  'https://spec.openapis.org/oas/3.1/dialect/base',
];

/**
 * The schemas of a contract. `visit` checks their structure and resolves every `$ref`. Compiling costs far more and
 * waits for the first use of a validator.
 */
export class SchemaRegistry {
  readonly #files: ContractFiles;
  readonly #problems: Problems;
  readonly #visited = new Map<object, Place>();
  readonly #extensions = new Set<string>();
  readonly #inline = new Map<string, JsonObject>();
  readonly #validators = new Map<string, { place: Place; validator: Validator }>();
  /** The files whose root is a schema rather than a part of an OpenAPI document. */
  readonly #schemaFiles = new Set<string>();
  readonly #engine: SchemaEngine;
  #ajv: Ajv2020 | undefined;
  /** The expression that is being matched. */
  #pattern: string | undefined;

  constructor(files: ContractFiles, problems: Problems, engine: SchemaEngine) {
    this.#files = files;
    this.#problems = problems;
    this.#engine = engine;
    for (const root of files.files) {
      const isSchema = isJsonObject(root.value) && ('$schema' in root.value || '$id' in root.value);
      if (isSchema || /\.schema\.(json|ya?ml)$/.test(root.file)) this.visit(root);
    }
  }

  /** Checks a schema and everything it refers to. Unknown keywords and dangling references become problems. */
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
      // Followed to its end as well: a cycle of $refs alone says nothing about any value.
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

  /** The validator of the schema at a place. Created once, compiled on first use. */
  validator(place: Place): Validator {
    const uri = this.#files.uri(place);
    const known = this.#validators.get(uri);
    if (known !== undefined) return known.validator;
    this.visit(place);
    const target = isReference(place) ? this.#files.follow(place) : undefined;
    if (target !== undefined && target.value !== place.value) return this.validator(target);
    const validator = this.#validatorOf(uri, () => this.#compileOrThrow(place));
    this.#validators.set(uri, { place, validator });
    return validator;
  }

  /**
   * A validator of a schema that is not in a file. Its `$ref`s are absolute.
   * @param uri a name that no other schema has
   */
  inlineValidator(uri: string, schema: JsonObject): Validator {
    this.#inline.set(uri, schema);
    return this.#validatorOf(uri, () => this.#compileUri(uri));
  }

  /** A valid value costs only the precompiled check, if there is one. Ajv explains invalid ones. */
  #validatorOf(uri: string, compile: () => ValidateFunction): Validator {
    let isValid: ReadyCheck | null | undefined;
    let run: ValidateFunction | undefined;
    return (value) => {
      if (isValid === undefined) isValid = this.#engine.ready(uri) ?? null;
      if (isValid?.(value) === true) return valid;
      run ??= compile();
      const check = run;
      return this.#limited(
        () => check(value) === true,
        (fits) => (fits ? valid : this.#explain(check.errors ?? [])),
      );
    };
  }

  /** Runs a check and passes its result to `then`. Returns one violation if the check takes too long. */
  #limited<T>(check: () => T, then: (result: T) => readonly Violation[]): readonly Violation[] {
    const { limitTime } = this.#engine;
    if (limitTime === undefined) return then(check());
    const results: T[] = [];
    this.#pattern = undefined;
    if (limitTime(() => results.push(check()))) return then(results[0] as T);
    const cause = this.#pattern === undefined ? 'its schema' : `the pattern ${quoted(this.#pattern)}`;
    const message = `could not be checked: ${cause} takes too much time or memory for this value. Send a shorter value, or simplify the contract.`;
    return [{ location: '', code: 'time-limit', message }];
  }

  /** Compiles every schema file and every schema with a validator. Failures become problems. */
  compileAll(): void {
    try {
      this.#compiler();
    } catch (error) {
      // Two schemas with one $id, or an $anchor that is not a name: the contract as a whole is invalid.
      this.#problems.add('#', 'schema', `the schemas contradict each other: ${messageOf(error)}`);
      return;
    }
    const roots = this.#files.files.filter((root) => this.#schemaFiles.has(root.file));
    for (const place of [...roots, ...[...this.#validators.values()].map((entry) => entry.place)]) {
      const failure = this.#failure(place);
      if (failure === undefined) continue;
      const { at, cause } = this.#narrow(place, failure, new Set());
      this.#problems.add(nameOf(at), 'schema', `the schema does not compile: ${cause}`);
    }
    if (this.#problems.count === 0) for (const uri of this.#inline.keys()) this.#compileUri(uri);
  }

  #compileOrThrow(place: Place): ValidateFunction {
    try {
      return this.#compile(place);
    } catch (cause) {
      if (cause instanceof RingbackError) throw cause;
      const message = messageOf(cause);
      const violation = {
        location: nameOf(place),
        code: 'schema',
        message: `the schema does not compile: ${message}`,
      };
      throw new RingbackError('contract.invalid', {
        detail: `Could not compile the schema at ${nameOf(place)}: ${message}.`,
        violations: [violation],
        cause,
      });
    }
  }

  #compile(place: Place): ValidateFunction {
    return this.#compileUri(this.#files.uri(place));
  }

  #compileUri(uri: string): ValidateFunction {
    const run = this.#compiler().getSchema(uri);
    if (run === undefined) throw new Error(`there is no schema at ${uri}`);
    return run as ValidateFunction;
  }

  /** Why a schema does not compile, or undefined if it does. */
  #failure(place: Place): string | undefined {
    try {
      this.#compile(place);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** The innermost schema that does not compile on its own, since the messages of the compiler have no place. */
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
    const branches = this.#branches(errors);
    const explanation = (): readonly Violation[] =>
      explain(errors, (union, index) => {
        const run = branches.get(union.schema)?.[index];
        if (run === undefined) return undefined;
        return run(union.data) ? 0 : (run.errors?.length ?? 0);
      });
    return this.#limited(explanation, (violations) => violations);
  }

  /** The checks of the failed unions, compiled beforehand, because Ajv must not be interrupted while it compiles. */
  #branches(errors: readonly ErrorObject[]): ReadonlyMap<unknown, readonly ValidateFunction[]> {
    const branches = new Map<unknown, readonly ValidateFunction[]>();
    for (const { keyword, schema, parentSchema } of errors) {
      if ((keyword !== 'anyOf' && keyword !== 'oneOf') || branches.has(schema)) continue;
      const place = isJsonObject(parentSchema) ? this.#visited.get(parentSchema) : undefined;
      const union = place && below(place, keyword);
      if (union === undefined) continue;
      branches.set(
        schema,
        members(union).map(([, branch]) => this.#compile(branch)),
      );
    }
    return branches;
  }

  /** Compiles a pattern for Ajv. Remembers which one runs, to name it if it takes too long. */
  #expression(source: string, flags: string): { test: (text: string) => boolean; toString: () => string } {
    const expression = new RegExp(source, flags);
    return {
      test: (text) => {
        this.#pattern = source;
        const fits = expression.test(text);
        this.#pattern = undefined;
        return fits;
      },
      // Ajv distinguishes expressions by this.
      toString: () => String(expression),
    };
  }

  #compiler(): Ajv2020 {
    if (this.#ajv !== undefined) return this.#ajv;
    const { Ajv2020, addFormats } = this.#engine.ajv();
    const compilePattern = (source: string, flags: string) => this.#expression(source, flags);
    const regExp = Object.assign(compilePattern, { code: 'new RegExp' });
    const ajv = new Ajv2020({
      strict: true,
      // These three are style advice. A valid contract of another author must load.
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allErrors: true,
      verbose: true,
      // `visit` and the compiler find what the metaschema would find, without the cost of compiling it.
      validateSchema: false,
      meta: false,
      logger: false,
      ...(this.#engine.limitTime && { code: { regExp } }),
    });
    addFormats(ajv, { mode: 'fast' });
    // Annotations, which change nothing. `addKeyword` refuses names such as `/paths`.
    const learn = (name: string): void => {
      ajv.RULES.keywords[name] ??= true;
    };
    for (const name of [...keywordShapes.keys(), ...this.#extensions]) learn(name);
    for (const root of [this.#files.document, ...this.#files.files]) {
      let schema = root.value as JsonObject;
      if (!this.#schemaFiles.has(root.file)) {
        // A document that only contains schemas is added as a target of references. Nothing at its root is a keyword.
        schema = Object.fromEntries(Object.entries(schema).filter(([key]) => !keywordShapes.has(key)));
        for (const key of Object.keys(schema)) learn(key);
      }
      ajv.addSchema(schema, this.#files.fileUri(root.file));
    }
    for (const [uri, schema] of this.#inline) ajv.addSchema(schema, uri);
    this.#ajv = ajv;
    return ajv;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a schema consists of nothing but a `$ref`. */
function isReference({ value }: Place): boolean {
  return isJsonObject(value) && typeof value.$ref === 'string' && Object.keys(value).length === 1;
}
