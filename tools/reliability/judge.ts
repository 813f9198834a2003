import '@hyperjump/json-schema/formats';
import { BASIC } from '@hyperjump/json-schema/experimental';
import { registerSchema, setShouldValidateFormat, validate } from '@hyperjump/json-schema/openapi-3-1';
import { type ContractOperation, documents, type Node, type Parameter } from './contract-model.ts';
import type { Response } from './exchange.ts';

/*
 * Judges responses by the contracts: schemas with @hyperjump/json-schema, the rest (status, media type, headers, rules of
 * HTTP) here. Shares no code with the server and its Ajv.
 */

setShouldValidateFormat(true);
for (const { uri, root } of Object.values(documents))
  registerSchema(root, uri, 'https://spec.openapis.org/oas/3.1/schema-base');

type Validator = Awaited<ReturnType<typeof validate>>;
const validators = new Map<string, Promise<Validator>>();

/** The error of a value by the schema at a pointer of a document; null: none. */
export async function findFault(uri: string, pointer: string, value: unknown): Promise<string | null> {
  const address = `${uri}#${encodeURI(pointer)}`;
  let validator = validators.get(address);
  if (validator === undefined) {
    validator = validate(address);
    validators.set(address, validator);
  }
  const check = await validator;
  if (check(value as Node).valid) return null;
  try {
    const { errors = [] } = check(value as Node, BASIC) as {
      errors?: { instanceLocation: string; absoluteKeywordLocation: string }[];
    };
    return errors
      .slice(0, 3)
      .map(
        (error) => `${error.instanceLocation} breaks ${error.absoluteKeywordLocation.replace(/^.*#/, '#')}`,
      )
      .join('; ');
  } catch (error) {
    // The validator cannot write the location of a property whose name has an unpaired surrogate.
    if (error instanceof URIError) return `breaks ${address}: ${JSON.stringify(value).slice(0, 2_000)}`;
    throw error;
  }
}

/** Headers that HTTP itself defines, or that every response may carry, so contracts need not name them. */
const ofHttp = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-type',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'trailer',
  'allow',
  'vary',
  'cache-control',
  'x-content-type-options',
  'content-security-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'retry-after',
  'etag',
  'accept-ranges',
  'last-modified',
  'content-range',
]);

/** The errors of a response from any server, such as an error status without a body that explains it. */
export async function judgeAnyResponse(response: Response, isControl: boolean): Promise<string[]> {
  const { status, headers, body } = response;
  const faults: string[] = [];
  if (status >= 500) faults.push(`status ${status}: ${body.toString('utf8').slice(0, 300)}`);
  if (status === 401 && headers['www-authenticate'] === undefined)
    faults.push('401 without WWW-Authenticate');
  if (status === 405 && headers.allow === undefined) faults.push('405 without Allow');
  if (response.method === 'HEAD' && body.length > 0) faults.push('HEAD was given a body');
  if (status >= 400 && response.method !== 'HEAD' && headers['content-type'] === 'application/problem+json') {
    const document = isControl ? documents.control : documents.provider;
    const fault = await judgeJson(document.uri, '/components/schemas/Problem', body);
    if (fault !== null) faults.push(fault);
    else if (JSON.parse(body.toString('utf8')).status !== status)
      faults.push('the problem names another status');
  }
  return faults;
}

/** The errors of a response by the contract. */
export async function judgeResponse(operation: ContractOperation, response: Response): Promise<string[]> {
  const faults = await judgeAnyResponse(response, operation.isControl);
  const { status, headers, body } = response;
  const { responses, document } = operation;
  const key = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((name) =>
    Object.hasOwn(responses, name),
  );
  const declared = key === undefined ? undefined : responses[key];
  if (declared === undefined) return [...faults, `status ${status} is not declared`];

  const { pointer, node } = declared;
  for (const [name, value] of Object.entries(headers)) {
    const found = Object.entries((node.headers ?? {}) as Record<string, Node>).find(
      ([own]) => own.toLowerCase() === name,
    );
    if (found === undefined) {
      if (!ofHttp.has(name) && !(status === 401 && name === 'www-authenticate'))
        faults.push(`header ${name} is not declared for ${status}`);
      continue;
    }
    const header = document.follow(found[1], `${pointer}/headers/${found[0]}`);
    const read = readText(String(value), document.follow(header.node.schema).node.type);
    const fault = await findFault(document.uri, `${header.pointer}/schema`, read);
    if (fault !== null) faults.push(`header ${name}: ${fault}`);
  }

  if (response.method === 'HEAD' || status === 304) return faults;
  const content: Record<string, Node> = node.content ?? {};
  const type =
    String(headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  if (Object.keys(content).length === 0) {
    if (body.length > 0) faults.push(`a body of ${body.length} bytes where ${status} declares none`);
    return faults;
  }
  if (type === '' && body.length === 0) {
    if (!Object.hasOwn(content, '*/*'))
      faults.push(`no body where ${status} declares ${Object.keys(content)}`);
    return faults;
  }
  const media = [type, `${type.split('/')[0]}/*`, '*/*'].find((name) => Object.hasOwn(content, name));
  if (media === undefined)
    return [...faults, `media type ${type} is not declared for ${status}: ${Object.keys(content)}`];
  const at = `${pointer}/content/${media.replaceAll('/', '~1')}`;
  if (media === 'text/event-stream')
    faults.push(...(await judgeEvents(document.uri, content[media].schema, at, body)));
  else if (media.endsWith('json')) {
    const fault = await judgeJson(document.uri, `${at}/schema`, body);
    if (fault !== null) faults.push(fault);
  } else if (
    media.endsWith('xml') &&
    !/^<\?xml [^>]*\?>\s*<(\w+)[\s>][\s\S]*<\/\1>\s*$/.test(body.toString('utf8'))
  )
    faults.push(`not XML: ${body.toString('utf8').slice(0, 100)}`);
  return faults;
}

async function judgeJson(uri: string, pointer: string, body: Buffer): Promise<string | null> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    return `the body is not JSON: ${error}: ${body.toString('utf8').slice(0, 100)}`;
  }
  return findFault(uri, pointer, value);
}

/** The complete server-sent events, each with one line of JSON and the name in that JSON. */
async function judgeEvents(uri: string, schema: Node, pointer: string, body: Buffer): Promise<string[]> {
  const faults: string[] = [];
  const blocks = body.toString('utf8').split('\n\n').slice(0, -1);
  for (const block of blocks.slice(0, 200)) {
    const fields = block.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line)?.slice(1, 3) ?? ['?', line]);
    const data = fields.filter(([name]) => name === 'data');
    if (data.length === 0) continue;
    const text = data.map(([, value]) => value).join('\n');
    const fault = await judgeJson(uri, `${pointer}/schema/contentSchema`, Buffer.from(text));
    if (fault !== null) faults.push(`event: ${fault}`);
    else {
      const name = fields.find(([field]) => field === 'event')?.[1];
      if (schema.contentSchema !== undefined && JSON.parse(text).type !== name)
        faults.push(`event ${name} is a ${JSON.parse(text).type}`);
    }
  }
  return faults;
}

/** Why the operation must refuse a JSON body; null: it need not, or the contract does not say. */
export function findBodyFault(
  operation: ContractOperation,
  type: string,
  value: unknown,
): Promise<string | null> {
  const pointer = `${operation.contentPointer}/${type.replaceAll('/', '~1')}/schema`;
  return findFault(operation.document.uri, pointer, value);
}

/** Why a parameter's string violates its schema, as far as a single string shows; null: it does not. */
export function findParameterFault({ schema }: Parameter, text: string): string | null {
  if (schema.type === 'integer') {
    if (!/^-?\d+$/.test(text)) return 'no integer';
    const value = Number(text);
    if (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)) return 'out of bounds';
  }
  if (schema.enum !== undefined && !schema.enum.includes(text)) return 'none of the enum';
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text))
    return 'not of the pattern';
  const length = [...text].length;
  if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? length)) return 'of another length';
  return null;
}

function readText(text: string, type: unknown): unknown {
  return type === 'integer' || type === 'number' ? Number(text) : text;
}
