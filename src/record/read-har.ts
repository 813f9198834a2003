import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { RecordedRequest } from './recorded-request.ts';

/**
 * The requests of an HTTP archive (HAR 1.2), oldest first.
 * @param text the file
 * @param file its name, for errors
 * @throws {RingbackError} `file.unreadable`
 */
export function readHar(text: string, file: string): readonly RecordedRequest[] {
  const entries = entriesOf(text, file);
  return entries.flatMap((entry, index) => {
    const read = readEntry(entry);
    if (read === null)
      throw unreadable(
        file,
        `entry ${index} of log.entries has no request with a method and a URL, or no startedDateTime`,
      );
    return read;
  });
}

function entriesOf(text: string, file: string): readonly JsonValue[] {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, '')) as JsonValue;
  } catch (error) {
    throw unreadable(file, `it is no JSON (${(error as Error).message})`);
  }
  const log = isJsonObject(parsed) ? parsed.log : undefined;
  if (!isJsonObject(log) || !Array.isArray(log.entries))
    throw unreadable(file, 'it is JSON without an array log.entries');
  if (log.entries.length === 0) throw unreadable(file, 'its log.entries is empty');
  return log.entries as readonly JsonValue[];
}

function readEntry(entry: JsonValue): RecordedRequest | null {
  const { startedDateTime, time, request, response } = isJsonObject(entry) ? entry : ({} as JsonObject);
  if (!isJsonObject(request) || typeof request.method !== 'string' || typeof request.url !== 'string')
    return null;
  const at = Date.parse(String(startedDateTime));
  if (Number.isNaN(at) || !URL.canParse(request.url)) return null;
  const { pathname, search } = new URL(request.url);
  const postData = isJsonObject(request.postData) ? request.postData : {};
  const status = isJsonObject(response) ? Number(response.status) : 0;
  const headers = pairsOf(request.headers);
  return {
    at,
    endedAt: at + (typeof time === 'number' && time > 0 ? time : 0),
    method: request.method.toUpperCase(),
    target: `${pathname}${search}`,
    headers: withMediaType(headers, postData.mimeType),
    body: bodyOf(postData),
    isCut: false,
    // A request without a response has the status 0.
    result: status >= 100 ? { kind: 'answered', status } : { kind: 'given-up' },
  };
}

function withMediaType(
  headers: RecordedRequest['headers'],
  mediaType: JsonValue | undefined,
): RecordedRequest['headers'] {
  const has = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return has || typeof mediaType !== 'string' || mediaType === ''
    ? headers
    : [...headers, ['Content-Type', mediaType]];
}

/** Some exporters write the fields of a form only, and some mark bytes as base64. */
function bodyOf({ text, params, encoding }: JsonObject): Uint8Array {
  if (typeof text === 'string' && text !== '')
    return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
  return Buffer.from(
    new URLSearchParams(pairsOf(params).map(([name, value]): [string, string] => [name, value])).toString(),
  );
}

function pairsOf(value: JsonValue | undefined): readonly (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).flatMap((each) =>
    isJsonObject(each) && typeof each.name === 'string' && !each.name.startsWith(':')
      ? [[each.name, String(each.value ?? '')] as const]
      : [],
  );
}

function unreadable(file: string, why: string): RingbackError {
  return new RingbackError('file.unreadable', {
    details: { file },
    detail: `Could not read ${file} as an HTTP archive: ${why}. Expected HAR 1.2, as browsers, proxies and tunnels export it.`,
  });
}
