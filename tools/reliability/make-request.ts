import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Chance, oddStrings } from './chance.ts';
import type { ContractOperation, Parameter } from './contract-model.ts';
import type { Request } from './exchange.ts';
import { findBodyFault, findParameterFault } from './judge.ts';
import { makeValue, mutateJsonText, mutateValue } from './make-value.ts';
import { encodeForm, fileParts, textPart } from './multipart.ts';
import type { World } from './world.ts';

/** How long a list waits in real time: longer ones would be taken for a server that hangs. */
const waits = ['0ms', '1ms', '0.02s', '6m', '36525d'];

export interface MadeRequest extends Request {
  /** Why the operation must refuse it, as far as the contract says; null: it may accept it. */
  readonly forbidden: string | null;
  /** True when nothing about it was mutated. */
  readonly valid: boolean;
}

/** Makes a request to an operation: valid by the contract or, in a share of cases, mutated in a few places. */
export async function makeRequest(
  chance: Chance,
  world: World,
  operation: ContractOperation,
  mutated: boolean,
): Promise<MadeRequest> {
  // Mutates each part in turn, several in some requests, so that one refusal does not hide another.
  const parts = ['path', 'query', 'header', 'body', 'type', 'credentials', 'coding', 'method'] as const;
  const mutate = new Set(mutated ? [chance.pick(parts), ...chance.some(parts, 0.1)] : []);
  const forbidden: string[] = [];
  const text = (parameter: Parameter, odd: boolean): string => {
    const making = {
      chance,
      document: operation.document,
      mutate: 0,
      known: world.known.bind(world, chance),
    };
    const value = odd
      ? chance.pick([...oddStrings, '9'.repeat(30), '-1', '1.5', 'x'.repeat(chance.int(100, 6_000))])
      : parameter.name === 'wait'
        ? chance.pick(waits)
        : String(makeValue(making, parameter.schema, nameOf(operation, parameter)));
    const fault = findParameterFault(parameter, value);
    if (fault !== null) forbidden.push(`${parameter.in} ${parameter.name}: ${fault}`);
    return value;
  };

  let path = operation.path;
  const pathMutated = mutate.has('path');
  for (const parameter of operation.parameters.filter((one) => one.in === 'path')) {
    const value = text(parameter, pathMutated && chance.hits(0.6));
    path = path.replace(`{${parameter.name}}`, () => encodeURIComponent(value.toWellFormed()));
    // Without a value, the path belongs to another operation.
    if (value === '') forbidden.length = 0;
  }
  if (pathMutated && chance.hits(0.5)) {
    path = mutatePath(chance, path);
    forbidden.length = 0;
  }

  const query = makeQuery(chance, operation, mutate.has('query'), text, forbidden);
  const headers: [string, string][] = [['Host', '127.0.0.1']];
  for (const parameter of operation.parameters.filter((one) => one.in === 'header')) {
    if (!parameter.required && !chance.hits(0.3)) continue;
    headers.push([parameter.name, headerText(text(parameter, mutate.has('header')))]);
  }
  if (mutate.has('header')) headers.push(...oddHeaders(chance));
  const credentials = makeCredentials(chance, operation, mutate.has('credentials'));
  if (credentials !== null) headers.push(['Authorization', credentials]);

  const made = await makeBody(chance, world, operation, mutate.has('body'));
  if (made?.fault) forbidden.push(made.fault);
  let body = made?.body ?? null;
  // Node's client sends no body as 0 bytes, which is a valid file where any bytes are.
  if (body === null && operation.bodyRequired && !('*/*' in operation.content)) forbidden.push('no body');
  if (made !== null) {
    const type = mutate.has('type') ? mutateType(chance, made.type) : made.type;
    if (type !== null) headers.push(['Content-Type', headerText(type)]);
    if (mutate.has('coding') && body !== null) {
      const coded = encode(chance, body);
      headers.push(['Content-Encoding', coded.coding]);
      body = coded.body;
      forbidden.length = 0;
    }
    // With another media type, the bytes may mean something else.
    if (type !== made.type) forbidden.length = 0;
  }
  const method = mutate.has('method')
    ? chance.pick(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'POST', 'DELETE', 'PATCH', 'PURGE', 'PROPFIND', 'GET'])
    : operation.method;
  if (method !== operation.method) forbidden.length = 0;
  const prefix = world.space === 'default' ? '' : `/@${world.space}`;
  return {
    method,
    target: `${prefix}${path}${query}`,
    headers,
    body,
    forbidden: forbidden[0] ?? null,
    valid: !mutated,
  };
}

/** An id belongs to the path segment before it: `runs.id`. */
function nameOf({ path }: ContractOperation, { name }: Parameter): string {
  const before = path.split(`/{${name}}`)[0]?.split('/').at(-1);
  return name === 'id' ? `${before}.id` : name;
}

function makeQuery(
  chance: Chance,
  operation: ContractOperation,
  mutated: boolean,
  text: (parameter: Parameter, odd: boolean) => string,
  forbidden: string[],
): string {
  const pairs: string[] = [];
  for (const parameter of operation.parameters.filter((one) => one.in === 'query')) {
    if (parameter.required ? mutated && chance.hits(0.2) : !chance.hits(0.35)) {
      if (parameter.required) forbidden.push(`query ${parameter.name}: missing`);
      continue;
    }
    pairs.push(
      `${parameter.name}=${encodeURIComponent(text(parameter, mutated && chance.hits(0.5)).toWellFormed())}`,
    );
  }
  if (!mutated) return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  const odd = [
    '%',
    '%zz=1',
    '=',
    '&&&',
    'limit=1&limit=2',
    'a%00b=%00',
    '_expand=run&_expand=runs',
    '_embed=deliveries',
    '_sort=__proto__&_order=asc',
    'state_like=(a%2B)%2B%24',
    'id_like=%5B',
    'state_gte=a&state_lte=%F0%9F%98%80',
    '__proto__=1',
    'constructor.prototype=1',
    'url_like=.*',
    '_start=5&_end=1',
    '_page=99999999999',
    `${'a=1&'.repeat(chance.int(1, 1_500))}`,
    `long=${'y'.repeat(chance.int(1, 8_000))}`,
    '?',
    '+=+',
    'a[b][c]=1',
    '%C3%28=%FF',
  ];
  pairs.push(chance.pick(odd));
  return `?${pairs.join('&')}`;
}

function mutatePath(chance: Chance, path: string): string {
  const at = chance.int(1, path.length);
  const ways: (() => string)[] = [
    () => `${path}/`,
    () => path.replace('/', '//'),
    () => `${path}/..`,
    () => `${path.slice(0, at)}%2f${path.slice(at)}`,
    () => `${path.slice(0, at)}%00${path.slice(at)}`,
    () => `${path.slice(0, at)}%${path.slice(at)}`,
    () => `${path.slice(0, at)}%ff%fe${path.slice(at)}`,
    () => path.slice(0, at),
    () => path.toUpperCase(),
    () => `${path}${'/a'.repeat(chance.int(1, 1_000))}`,
    () => `${path};jsessionid=1`,
    () => `${path}#x`,
    () => path.replaceAll('/', '\\'),
    () => `/@${chance.pick(['', '@', 'a b', '%2e%2e', '%00', 'ü', 'x'.repeat(200), '-', 'default'])}${path}`,
    () => `*`,
    () => `/%40other${path}`,
  ];
  // Node's client sends no space or control character in a path.
  return chance
    .pick(ways)()
    .replace(/[^\x21-\x7e]/g, (found) => encodeURIComponent(found));
}

function oddHeaders(chance: Chance): [string, string][] {
  const all: [string, string][] = [
    ['X-Ringback-Scenario', 'rejected'],
    ['X-Ringback-Scenario', 'nowhere/none'],
    ['X-Long', 'h'.repeat(chance.int(1, 14_000))],
    ['Accept', 'image/webp;q=abc'],
    ['Accept-Encoding', 'zstd;q=2, *;q=0'],
    ['Range', 'bytes=5-1,-,9999999999999999999-'],
    ['If-None-Match', '"'],
    ['If-Modified-Since', 'yesterday'],
    ['If-Match', 'W/"x", *'],
    ['Content-MD5', 'not base64'],
    ['x-amz-checksum-sha256', '='],
    ['x-amz-checksum-crc32', 'AAAA'],
    ['Cookie', 'a=b; '.repeat(200)],
    ['Last-Event-ID', '-5'],
    ['Last-Event-ID', '9007199254740993'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Docdigitizer-Tag', ',,,é'],
    ['User-Agent', ''],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'none'],
    ['Referer', 'http://x/\u00ff'],
    ['TE', 'trailers, deflate;q=0.5'],
    ['Expect', '200-ok'],
    ['Prefer', 'wait=10'],
  ];
  return chance.some(all, 0.12);
}

function headerText(text: string): string {
  // Node's client sends none of the others.
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

function makeCredentials(chance: Chance, operation: ContractOperation, mutated: boolean): string | null {
  if (mutated)
    return chance.pick([
      null,
      '',
      'Bearer',
      'Bearer ',
      'Basic',
      'Basic !!!',
      'Basic dTo=',
      'API_KEY',
      'Negotiate x',
      'b'.repeat(9_000),
      'Basic /////w==',
      '\u00e9',
      'Bearer a b',
    ]);
  if (operation.isControl) return null;
  if (operation.path.includes('/informed/'))
    return `Basic ${Buffer.from('user:password').toString('base64')}`;
  return operation.path.includes('/api/v1/') ? 'API_KEY key' : chance.pick(['Bearer token', 'token']);
}

interface MadeBody {
  readonly type: string;
  readonly body: Buffer;
  readonly fault: string | null;
}

async function makeBody(
  chance: Chance,
  world: World,
  operation: ContractOperation,
  mutated: boolean,
): Promise<MadeBody | null> {
  const types = Object.keys(operation.content);
  if (types.length === 0)
    return mutated ? { type: 'application/json', body: Buffer.from('{"a":1}'), fault: null } : null;
  if (mutated && chance.hits(0.05)) return null;
  const type = types.find((one) => one.includes('json')) ?? types[0] ?? '';
  const schema = operation.content[type];
  const making = {
    chance,
    document: operation.document,
    mutate: mutated ? chance.pick([0, 0.05, 0.2]) : 0,
    known: world.known.bind(world, chance),
  };
  if (type === 'multipart/form-data') {
    const { files: _, ...fields } = (makeValue(making, schema) ?? {}) as Record<string, unknown>;
    const parts = Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([key, entry]) => textPart(`${name}[${key}]`, String(entry)))
        : [textPart(name, String(value))],
    );
    const boundary = `b${chance.word(10)}`;
    const files = fileParts(chance, mutated ? chance.int(0, 3) : 1);
    return {
      type: `multipart/form-data; boundary=${boundary}`,
      body: encodeForm(boundary, [...parts, ...files]),
      fault: null,
    };
  }
  if (!type.includes('json')) {
    const script = operation.path.includes('/scenarios/');
    const body = script
      ? makeScript(chance, mutated)
      : chance.pick([
          chance.bytes(50),
          Buffer.from('%PDF-1.4\n%%EOF'),
          Buffer.alloc(0),
          Buffer.from(chance.pick(oddStrings)),
        ]);
    return {
      type: script ? chance.pick(['application/yaml', 'application/json']) : 'application/octet-stream',
      body,
      fault: null,
    };
  }
  const isSettings = operation.id === 'changeSettings';
  let value = isSettings && chance.hits(0.8) ? world.settings(chance) : makeValue(making, schema);
  // Exactly one of the two properties, which only the schema's description requires.
  if (operation.id === 'moveClock' && !mutated)
    value = chance.hits(0.5) ? { settle: true } : { advance: chance.pick(['1s', '1m', '1h', '2d']) };
  if (
    mutated &&
    making.mutate === 0 &&
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0
  )
    value = mutateValue(chance, value);
  const text = JSON.stringify(value ?? null);
  if (mutated && chance.hits(0.4)) return { type, body: mutateJsonText(chance, text), fault: null };
  const fault = await findBodyFault(operation, type, JSON.parse(text));
  return { type, body: Buffer.from(text), fault: fault === null ? null : `body: ${fault}` };
}

function makeScript(chance: Chance, mutated: boolean): Buffer {
  const provider = chance.pick(['docdigitizer', 'informed']);
  const script = {
    name: chance.pick(['mine', 'rejected', 'complete']),
    provider,
    outcome: {},
    faults: chance.hits(0.3) ? [{ duplicate: { times: 2 } }] : [],
  };
  const text = JSON.stringify(mutated ? mutateValue(chance, script) : script);
  return mutated && chance.hits(0.3) ? mutateJsonText(chance, text) : Buffer.from(text);
}

function mutateType(chance: Chance, type: string): string | null {
  return chance.pick([
    null,
    '',
    'application/json; charset=utf-16',
    'application/json; charset="utf-8',
    'application/json;;;',
    'APPLICATION/JSON',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="',
    'multipart/mixed; boundary=x',
    'application/xml',
    'application/vnd.x+json',
    'nonsense',
    '*/*',
    `${type}; charset=shift_jis`,
    `${type}${'; a=b'.repeat(500)}`,
    'é/ü',
  ]);
}

function encode(chance: Chance, body: Buffer): { readonly coding: string; readonly body: Buffer } {
  return chance.pick([
    () => ({ coding: 'gzip', body: gzipSync(body) }),
    () => ({ coding: 'deflate', body: deflateSync(body) }),
    () => ({ coding: 'br', body: brotliCompressSync(body) }),
    () => ({ coding: 'gzip', body }),
    () => ({ coding: 'gzip', body: gzipSync(body).subarray(0, -5) }),
    () => ({ coding: 'gzip, gzip', body: gzipSync(gzipSync(body)) }),
    () => ({ coding: 'gzip', body: gzipSync(Buffer.alloc(3_000_000)) }),
    () => ({ coding: 'br', body: brotliCompressSync(Buffer.alloc(3_000_000, 'x')) }),
    () => ({ coding: 'compress', body }),
    () => ({ coding: 'identity', body }),
    () => ({ coding: 'zstd', body }),
    () => ({ coding: ',', body }),
  ])();
}
