import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js';
import type { Violation } from '../../errors.ts';
import { isJsonObject, type JsonValue } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import type { Validator } from '../contract.ts';
import { explain } from '../explain-violation.ts';
import { lazy } from '../lazy.ts';
import type { Place } from '../place.ts';
import type { SchemaEngine } from '../schema-engine.ts';
import { anything, valid } from '../valid.ts';
import { cleanSchema, type Direction } from './clean-schema.ts';
import { type ForeignDocument, refOf } from './foreign-document.ts';
import { asHttps, mayBeSlow, patternOf } from './pattern.ts';
import { uniqueItems } from './unique-items.ts';

export type { Direction } from './clean-schema.ts';

/** The most references of a chain that share one check. */
const mostHops = 20;

/** The most schemas that a value is checked against without a time limit. */
const mostSteps = 20_000;

/** Thrown out of a check that has to run with a time limit. */
const needsLimit = Symbol('needs a time limit');

/**
 * The schemas of a foreign contract. Each is compiled when a value reaches it for the first time, without the schemas
 * that it refers to. No schema is refused: see {@link cleanSchema}.
 */
export class LenientSchemas {
  readonly #document: ForeignDocument;
  readonly #engine: SchemaEngine;
  readonly #checks = new Map<string, ValidateFunction>();
  readonly #names = new Map<string, string>();
  readonly #validators = new Map<string, Validator>();
  readonly #branches = new WeakMap<object, ValidateFunction>();
  readonly #ajv = lazy(() => this.#makeAjv());
  /** The expression that is being matched. */
  #pattern: string | undefined;
  #isLimited = false;
  /** How many schemas the value has been checked against. */
  #steps = 0;

  constructor(document: ForeignDocument, engine: SchemaEngine) {
    this.#document = document;
    this.#engine = engine;
  }

  /** The validator of the schema at a place. Created once for each direction. */
  validator(place: Place, direction: Direction): Validator {
    // A chain of references that say nothing else. One that leads back to itself is left to its check.
    let target: Place | undefined = place;
    for (let hops = 0; target !== undefined && onlyRefers(target) && hops < mostHops; hops++) {
      target = this.#document.target(target);
    }
    if (target === undefined) return anything;
    const key = `${direction}:${target.pointer}`;
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    const validator = this.#makeValidator(this.#check(target, direction));
    this.#validators.set(key, validator);
    return validator;
  }

  /** The check of a schema, compiled at its first use. */
  #check(place: Place, direction: Direction): ValidateFunction {
    const key = `${direction}:${place.pointer}`;
    const known = this.#checks.get(key);
    if (known !== undefined) return known;
    const compiled = lazy(() => this.#compile(place, direction));
    const check = ((data, context) => {
      if (++this.#steps > mostSteps && this.#mayBeStopped()) throw needsLimit;
      const run = compiled();
      const fits = run(data, context) === true;
      check.errors = run.errors ?? null;
      if (run.evaluated !== undefined) check.evaluated = run.evaluated;
      return fits;
    }) as ValidateFunction;
    this.#checks.set(key, check);
    return check;
  }

  #compile(place: Place, direction: Direction): ValidateFunction {
    const schema = cleanSchema(this.#document, place, direction, (other) => this.#refer(other, direction));
    try {
      return this.#compileClean(schema);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#document.note(
        'unsupported',
        place,
        `The schema does not compile: ${cause}. Any value is accepted.`,
      );
      return this.#compileClean(true);
    }
  }

  #compileClean(schema: JsonValue): ValidateFunction {
    const ajv = this.#ajv();
    // A time limit may have stopped Ajv while it compiled this schema: it never goes on with what it has of it.
    if (isJsonObject(schema)) ajv.removeSchema(schema as AnySchema);
    return ajv.compile(schema as AnySchema);
  }

  /** Makes a schema known to Ajv by a name, with its check in place of the function that Ajv would compile. */
  #refer(place: Place, direction: Direction): string {
    const key = `${direction}:${place.pointer}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `schema-${this.#names.size}`;
    this.#names.set(key, name);
    const ajv = this.#ajv();
    ajv.addSchema({}, name);
    const entry = ajv.schemas[name];
    if (entry !== undefined) entry.validate = this.#check(place, direction);
    return name;
  }

  #makeValidator(validate: ValidateFunction): Validator {
    // Once a value needed the limit, the next ones get it from the start.
    let isSlow = false;
    const run = (value: unknown): readonly Violation[] => (validate(value) ? valid : this.#explain(validate));
    return (value) => {
      this.#steps = 0;
      if (!isSlow || this.#engine.limitTime === undefined) {
        try {
          return run(value);
        } catch (error) {
          if (error instanceof RangeError) return tooSlow('its schema');
          if (error !== needsLimit) throw error;
          isSlow = true;
        }
      }
      return this.#limited(() => run(value));
    };
  }

  #limited(run: () => readonly Violation[]): readonly Violation[] {
    const { limitTime } = this.#engine;
    if (limitTime === undefined) return run();
    let result: readonly Violation[] = valid;
    this.#pattern = undefined;
    this.#isLimited = true;
    try {
      const inTime = limitTime(() => {
        result = run();
      });
      if (inTime) return result;
    } finally {
      this.#isLimited = false;
    }
    return tooSlow(this.#pattern === undefined ? 'its schema' : `the pattern ${quoted(this.#pattern)}`);
  }

  #explain({ errors }: ValidateFunction): readonly Violation[] {
    return explain(errors ?? [], (union, index) => {
      const branch: unknown = Array.isArray(union.schema) ? union.schema[index] : undefined;
      if (typeof branch === 'boolean') return branch ? 0 : 1;
      if (!isJsonObject(branch)) return undefined;
      const known = this.#branches.get(branch);
      const run = known ?? this.#compileClean(branch);
      if (known === undefined) this.#branches.set(branch, run);
      return run(union.data) ? 0 : (run.errors?.length ?? 0);
    });
  }

  /** Whether the check runs without a time limit, and can be run again with one. */
  #mayBeStopped(): boolean {
    return !this.#isLimited && this.#engine.limitTime !== undefined;
  }

  /** Compiles a pattern for Ajv. An `http` URL of a local consumer matches where its `https` form does. */
  #expression(source: string): { test: (text: string) => boolean; toString: () => string } {
    const expression = patternOf(source);
    return {
      test: (text) => {
        if (this.#mayBeStopped() && mayBeSlow(source, text.length)) throw needsLimit;
        this.#pattern = source;
        let fits = expression.test(text);
        if (!fits) {
          const https = asHttps(text);
          fits = https !== undefined && expression.test(https);
        }
        this.#pattern = undefined;
        return fits;
      },
      // Ajv distinguishes expressions by this.
      toString: () => String(expression),
    };
  }

  #makeAjv(): Ajv2020 {
    const { Ajv2020, addFormats } = this.#engine.ajv();
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      verbose: true,
      validateSchema: false,
      meta: false,
      logger: false,
      addUsedSchema: false,
      // A schema behind a reference is compiled on its own: see #refer.
      inlineRefs: false,
      code: {
        optimize: false,
        regExp: Object.assign((source: string) => this.#expression(source), { code: 'new RegExp' }),
      },
    });
    ajv.removeKeyword('uniqueItems');
    ajv.addKeyword(uniqueItems());
    addFormats(ajv, { mode: 'fast' });
    // ajv-formats refuses `localhost` and addresses of this machine.
    ajv.addFormat('url', /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+[^\s]*$/i);
    return ajv;
  }
}

function tooSlow(cause: string): readonly Violation[] {
  const message = `could not be checked: ${cause} takes too much time or memory for this value. Send a shorter value, or simplify the contract.`;
  return [{ location: '', code: 'time-limit', message }];
}

/** Whether a schema says no more than another one. */
function onlyRefers({ value }: Place): boolean {
  return refOf(value) !== undefined && isJsonObject(value) && Object.keys(value).length === 1;
}
