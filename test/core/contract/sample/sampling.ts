import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Validator } from '../../../../src/core/contract/contract.ts';
import type { SampleOptions } from '../../../../src/core/contract/sample/sample.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { seededRandom } from '../../../../src/core/random.ts';

/** 2026-11-30T12:00:00Z. */
const now = Date.UTC(2026, 10, 30, 12);

/** A validator that shares nothing with the product's: Ajv with every keyword as it is. */
function validatorOf(schema: JsonValue, document: JsonObject = {}): Validator {
  const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema({ components: document.components ?? {} }, 'document');
  const local: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"document#'));
  const check = ajv.compile(local as object);
  return (value) =>
    check(value)
      ? []
      : (check.errors ?? []).map(({ instancePath, keyword, message, params }) => ({
          location: instancePath,
          code: keyword,
          message: `${message} ${JSON.stringify(params)}`,
        }));
}

type Changes = Partial<SampleOptions> & { readonly seed?: string };

/** Options for a schema that stands alone, or in a document. */
export function options(
  schema: JsonValue,
  { seed = '1', document = {}, ...changes }: Changes = {},
): SampleOptions {
  return {
    document,
    random: seededRandom(seed),
    now,
    validate: validatorOf(schema, document),
    direction: 'callback',
    ...changes,
  };
}
