import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilingEngine } from '../../src/core/contract/compiling-engine.ts';
import type { Contract } from '../../src/core/contract/contract.ts';
import { readContract } from '../../src/core/contract/read-contract.ts';
import type { ReadyCheck, SchemaEngine } from '../../src/core/contract/schema-engine.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { schemaFindings } from '../../src/core/scenario/schema-violations.ts';
import { readContractFiles } from '../../src/loading/contract-files.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { writeReadyChecks } from '../../tools/ready-checks.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let compiled: Contract;
let ready: Contract;
/** How often Ajv was requested. */
let compilations = 0;

function engineOf(name: string): SchemaEngine {
  const checks = createRequire(import.meta.url)(join(folder, 'checks', `${name}.cjs`)) as Record<
    string,
    ReadyCheck
  >;
  return {
    ready: (uri) => checks[uri],
    ajv() {
      compilations++;
      return compilingEngine.ajv();
    },
  };
}

beforeAll(async () => {
  // Below node_modules, where the checks find what they require.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'ringback-checks-'));
  await writeReadyChecks(folder);
  const { document, schemas } = await readContractFiles();
  compiled = readContract(document, schemas, { engine: compilingEngine });
  ready = readContract(document, schemas, { compile: 'on-first-use', engine: engineOf('openapi.yaml') });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Variants of an object with one member, nested ones included, left out, set to null or turned into a number. */
function broken(value: JsonObject): JsonObject[] {
  return Object.entries(value).flatMap(([key, member]: [string, JsonValue]) => {
    const { [key]: _, ...rest } = value;
    const inner = Array.isArray(member) ? member[0] : member;
    const deeper =
      typeof inner === 'object' && inner !== null
        ? broken(inner as JsonObject).map((each) => ({
            ...value,
            [key]: Array.isArray(member) ? [each] : each,
          }))
        : [];
    return [rest, { ...value, [key]: null }, { ...value, [key]: 7 }, ...deeper];
  });
}

describe('precompiled checks', () => {
  test('accept the examples of every callback without Ajv', () => {
    let examples = 0;
    for (const { validate, validateStrict, examples: given } of ready.callbacks.values()) {
      for (const example of given) {
        examples++;
        expect(validate(example)).toEqual([]);
        expect(validateStrict(example)).toEqual([]);
      }
    }
    expect(examples).toBeGreaterThan(5);
    expect(compilations).toBe(0);
  });

  test('agree with Ajv on examples with one invalid property', () => {
    let wrong = 0;
    for (const { type, validate, validateStrict, examples } of ready.callbacks.values()) {
      const other = compiled.callbacks.get(type);
      for (const example of examples) {
        for (const value of broken(example)) {
          const found = validate(value);
          expect(found).toEqual(other?.validate(value));
          expect(validateStrict(value)).toEqual(other?.validateStrict(value));
          if (found.length > 0) wrong++;
        }
      }
    }
    expect(wrong).toBeGreaterThan(50);
  });

  test('cover every parameter, body and response of the operations', () => {
    const engine = engineOf('openapi.yaml');
    const asked: string[] = [];
    const watched: SchemaEngine = {
      ...engine,
      ready(uri) {
        if (engine.ready(uri) === undefined) asked.push(uri);
        return engine.ready(uri);
      },
    };
    return readContractFiles().then(({ document, schemas }) => {
      const contract = readContract(document, schemas, { compile: 'on-first-use', engine: watched });
      for (const operation of contract.operations) {
        for (const { validate } of operation.parameters) validate('x');
        for (const { binary, validate } of operation.requestBody?.content.values() ?? [])
          if (!binary) validate({});
        for (const status of operation.responses)
          operation.validateAnswer(Number(status), 'application/json', {});
      }
      for (const { validate, validateStrict } of contract.callbacks.values()) {
        validate({});
        validateStrict({});
      }
      expect(asked).toEqual([]);
    });
  });

  test('of scenarios accept a valid one without Ajv, and report the violations of another', () => {
    const engine = engineOf('scenario');
    const before = compilations;
    const good = { name: 'a', provider: 'docdigitizer', outcome: { final: 'rejected' } };
    expect(schemaFindings(good, engine, bundledProviders)).toEqual([]);
    expect(compilations).toBe(before);
    const bad = { ...good, outcom: {} };
    expect(schemaFindings(bad, engine, bundledProviders)).toEqual(
      schemaFindings(bad, compilingEngine, bundledProviders),
    );
    expect(schemaFindings(bad, engine, bundledProviders)).not.toEqual([]);
  });
});
