import { isRingbackError, RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { ControlClient } from './control-client.ts';

/**
 * Adds the scenarios of a script to a space.
 * @param script one scenario as an object, or a YAML string with one or several
 * @returns the full name of the last one
 * @throws {RingbackError} `scenario.invalid`
 */
export async function putScript(script: object | string, client: ControlClient): Promise<string> {
  if (isJsonObject(script)) return put(script, { json: script }, client);
  if (typeof script !== 'string') {
    throw new RingbackError('option.invalid', {
      details: { option: 'script', given: script },
      detail: `Could not read the scenario. Got ${script === null ? 'null' : typeof script}, expected an object as defineScenario takes it, or YAML text.`,
    });
  }
  const { readScriptText } = await import('../core/scenario/read-script-text.ts');
  const { documents } = readScriptText(script);
  const [first, second] = documents;
  // A single document, or a malformed one, is sent unchanged, so that errors have the line and column.
  if (second === undefined) return put(first?.value, { yaml: script }, client);
  let name = '';
  for (const { value } of documents) name = await put(value, { json: value }, client);
  return name;
}

async function put(
  value: JsonValue | undefined,
  body: { readonly json: JsonValue } | { readonly yaml: string },
  client: ControlClient,
): Promise<string> {
  const { name, provider }: JsonObject = isJsonObject(value) ? value : {};
  // The server rejects a script without a name, but the path still needs one. A script may leave out its provider.
  const named = provider === undefined ? [name] : [provider, name];
  const path = named.map((part) =>
    encodeURIComponent(typeof part === 'string' && part !== '' ? part : 'unnamed'),
  );
  try {
    const made = (await client.call({ method: 'PUT', path: `scenarios/${path.join('/')}`, ...body })) as {
      readonly name: string;
    };
    return made.name;
  } catch (error) {
    throw 'json' in body && isRingbackError(error) && error.code === 'scenario.invalid'
      ? withoutLines(error)
      : error;
  }
}

/** The error without lines and columns, which an object does not have. */
function withoutLines(error: RingbackError): RingbackError {
  const bare = (text: string): string =>
    text.replace('the scenarios of body:', 'the scenario:').replaceAll(/\bbody:\d+:\d+(: ?| ?)/g, '');
  return new RingbackError(error.code, {
    detail: bare(error.message),
    violations: error.violations.map((violation) => ({
      ...violation,
      location: bare(violation.location),
    })),
    status: error.status,
  });
}
