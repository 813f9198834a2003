import { XMLValidator } from 'fast-xml-parser';
import { brief } from './client.ts';
import type { JudgedCallback, JudgedMedia, JudgedOperation, JudgedParameter } from './document.ts';
import type { ReceivedResponse } from './expressions.ts';
import { findValue, minimal } from './make-request.ts';
import type { ReceivedCallback } from './receiver.ts';
import type { Judge } from './validate.ts';

/** What is wrong with the response to a valid request. Null if it is a valid 2xx. */
export async function checkResponse(
  operation: JudgedOperation,
  response: ReceivedResponse,
  judge: Judge,
): Promise<string | null> {
  const { status, headers, body } = response;
  const { responses } = operation;
  const hasSuccess = [...responses.keys()].some((key) => /^(2..|DEFAULT)$/.test(key));
  if (!(status >= 200 && status < 300) && (hasSuccess || !responses.has(String(status))))
    return `answered ${status}: ${brief(body)}`;
  if (!hasSuccess) return null;
  const declared = responses.get(String(status)) ?? responses.get('2XX') ?? responses.get('DEFAULT');
  if (declared === undefined) return `answered ${status}, which is not declared`;
  const missing = declared.requiredHeaders.find((name) => headers[name.toLowerCase()] === undefined);
  if (missing !== undefined) return `answered ${status} without the header ${missing}`;
  if (operation.method === 'HEAD') return null;
  if (declared.media.length === 0 || status === 204 || status === 205)
    return body === '' ? null : `answered ${status} with a body that is not declared: ${brief(body)}`;
  return checkBody(declared.media, headers['content-type'] ?? '', body, judge);
}

/** What is wrong with a body. Null if it is as one of the media types declares. */
export async function checkBody(
  declared: readonly JudgedMedia[],
  contentType: string,
  body: unknown,
  judge: Judge,
): Promise<string | null> {
  const media = declared.find(({ type }) => covers(type, contentType));
  const types = declared.map(({ type }) => type).join(', ');
  if (media === undefined) return `content type "${contentType}", expected ${types}; body ${brief(body)}`;
  if (/multipart/.test(contentType) || media.schema === null) return null;
  if (/xml/.test(contentType)) {
    const valid = XMLValidator.validate(String(body));
    return valid === true ? null : `malformed XML: ${valid.err.msg}: ${brief(body)}`;
  }
  if (/urlencoded/.test(contentType)) {
    const fields = Object.fromEntries(new URLSearchParams(String(body)));
    return checkText(media.schema, fields, judge);
  }
  const value = /json-seq|ndjson|jsonl|event-stream/.test(contentType) ? undefined : body;
  if (value === undefined) return null;
  // Bytes have no schema that a text could break.
  if (!/json|^text\//.test(contentType) && typeof value === 'string') return null;
  const problem = await judge.problem(media.schema, value);
  if (problem === null) return null;
  const other = await findValue(media.schema, media.examples, { ...minimal, full: true }, judge);
  const blame = other === undefined ? ' (the judge finds no valid value either)' : '';
  return `invalid body${blame}: ${problem}; body ${brief(body)}`;
}

/** Text of a URL or a form has no types: it is valid if a reading of it is. */
async function checkText(schema: string, value: unknown, judge: Judge): Promise<string | null> {
  const typed = JSON.parse(
    JSON.stringify(value, (_, item) => (typeof item === 'string' ? readText(item) : item)),
  );
  if (judge.errors(schema, value).length === 0 || judge.errors(schema, typed).length === 0) return null;
  if (judge.errors(schema, [typed].flat()).length === 0) return null;
  if (typeof value === 'string' && judge.errors(schema, value.split(',').map(readText)).length === 0)
    return null;
  const [error] = judge.errors(schema, typed);
  // Single fields may be meant as text although others are not.
  if (error?.keyword === 'type' && typeof value === 'object') return null;
  return `invalid: ${error?.instancePath} ${error?.message}: ${brief(value)}`;
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function covers(declared: string, contentType: string): boolean {
  const given = contentType.toLowerCase().replace(/;.*$/s, '').trim();
  if (declared === given || declared === '*/*' || declared === '*') return true;
  const [type] = declared.split('/');
  if (declared.endsWith('/*')) return given.startsWith(`${type}/`);
  const [start = '', end] = declared.split('*');
  return end !== undefined && given.startsWith(start) && given.endsWith(end);
}

/**
 * What is wrong with a callback that arrived. Null if it is as declared.
 * @param url where it had to go
 */
export async function checkCallback(
  declared: JudgedCallback,
  received: ReceivedCallback,
  url: string,
  judge: Judge,
): Promise<string | null> {
  if (received.method !== declared.method) return `came by ${received.method}, expected ${declared.method}`;
  const wrongUrl = checkUrl(received.url, url);
  if (wrongUrl !== null) return wrongUrl;
  for (const parameter of declared.parameters) {
    const problem = await checkParameter(parameter, received, judge);
    if (problem !== null) return problem;
  }
  if (declared.bodies.length === 0)
    return received.body === '' ? null : `came with a body that is not declared: ${brief(received.body)}`;
  const contentType = received.headers['content-type'] ?? '';
  if (received.body === '') return 'came without a body';
  const body = /json/.test(contentType) ? readText(received.body) : received.body;
  return checkBody(declared.bodies, contentType, body, judge);
}

function checkUrl(received: string, expected: string): string | null {
  const got = new URL(received);
  const want = new URL(expected);
  const wrong = `came to ${received}, expected ${expected}`;
  if (got.origin !== want.origin || got.pathname !== want.pathname) return wrong;
  for (const [name, value] of want.searchParams)
    if (!got.searchParams.getAll(name).includes(value)) return wrong;
  return null;
}

async function checkParameter(
  parameter: JudgedParameter,
  received: ReceivedCallback,
  judge: Judge,
): Promise<string | null> {
  const { name, in: where, required, schema } = parameter;
  const search = new URL(received.url).searchParams;
  const nested = [...search.keys()].some((key) => key.startsWith(`${name}[`));
  let text: string | null | undefined;
  if (where === 'query') text = nested ? '' : search.get(name);
  else if (where === 'header') text = received.headers[name.toLowerCase()] as string | undefined;
  else return null;
  if (text === null || text === undefined)
    return required && parameter.style !== 'deepObject'
      ? `came without the ${where} parameter ${name}`
      : null;
  if (nested || parameter.mediaType !== null) return null;
  // Objects are spread over several parameters.
  if (judge.errors(schema, {}).length === 0 && judge.errors(schema, '').length > 0) return null;
  const separator = { pipeDelimited: '|', spaceDelimited: ' ' }[parameter.style] ?? ',';
  const all = where === 'query' && parameter.explode ? search.getAll(name) : text.split(separator);
  if (judge.errors(schema, all.map(readText)).length === 0 || judge.errors(schema, all).length === 0)
    return null;
  const problem = await checkText(schema, text, judge);
  return problem === null ? null : `${where} parameter ${name}: ${problem}`;
}
