import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { sendRequest } from '../http-client/request.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** The server of an inbox that is given by its name alone. */
const localServer = 'http://127.0.0.1:4020';

/**
 * Where the control API shows an inbox.
 * @param given its name, or its URL: that of its callbacks, or that of the control API
 */
export function inboxUrl(given: string): string {
  if (/^[\w.-]+$/.test(given)) return `${localServer}/_ringback/inboxes/${given}`;
  const found = URL.canParse(given)
    ? /^(.*\/_ringback\/)inbox(?:es)?\/([^/]+)\/?$/.exec(new URL(given).pathname)
    : null;
  if (found === null || !/^https?:/i.test(given)) {
    throw new RingbackError('option.invalid', {
      details: { option: '--inbox', given },
      detail: `Could not read --inbox. Got ${JSON.stringify(given)}, expected the name of an inbox, or its URL such as ${localServer}/_ringback/inbox/mine.`,
    });
  }
  return `${new URL(given).origin}${found[1]}inboxes/${found[2]}`;
}

/**
 * What an inbox of a running Ringback has received, oldest first.
 * @param url from {@link inboxUrl}
 * @throws {RingbackError} `provider.unreachable`, `auth.missing`
 */
export async function readInbox(url: string, token: string | null): Promise<readonly RecordedRequest[]> {
  const get = async (path: string): Promise<JsonObject> => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await sendRequest({ method: 'GET', url: `${url}${path}`, headers }).catch(
      (error: Error) => {
        throw unreachable(url, null, `${error.message}. Is ringback serve running there?`);
      },
    );
    const text = await response.text();
    if (response.statusCode === 401 || response.statusCode === 403) {
      throw new RingbackError('auth.missing', {
        detail: `Could not read ${url}: the server ${token === null ? 'requires a token, and none was given' : 'refuses the token'}. Give its --control-token as --token, or as RINGBACK_CONTROL_TOKEN.`,
      });
    }
    const body = parsed(text);
    if (response.statusCode !== 200 || body === null)
      throw unreachable(
        url,
        response.statusCode,
        `it responds with ${response.statusCode}, expected an inbox of Ringback`,
      );
    return body;
  };
  const found: RecordedRequest[] = [];
  for (let before = ''; ; ) {
    const page = await get(`?limit=1000&bodyLimit=0${before}`);
    const requests = (Array.isArray(page.requests) ? (page.requests as readonly JsonValue[]) : []).filter(
      isJsonObject,
    );
    for (const { id } of requests.toReversed())
      found.push(readView(await get(`/${encodeURIComponent(String(id))}`)));
    if (found.length >= Number(page.total) || requests.length === 0) return found.reverse();
    before = `&before=${encodeURIComponent(String(requests[0]?.id))}`;
  }
}

function readView({
  receivedAt,
  method,
  url,
  headers,
  body,
  bodyTruncated,
  answeredWith,
}: JsonObject): RecordedRequest {
  const at = Date.parse(String(receivedAt));
  const target = String(url);
  return {
    at,
    // Inboxes respond by the clock of their space, which does not move meanwhile.
    endedAt: at,
    method: String(method),
    target,
    headers: Object.entries(isJsonObject(headers) ? headers : {}).map(
      ([name, value]) => [name, String(value)] as const,
    ),
    body: Buffer.from(typeof body === 'string' ? body : ''),
    isCut: bodyTruncated === true,
    result: { kind: 'answered', status: Number(answeredWith) },
  };
}

function parsed(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function unreachable(url: string, status: number | null, why: string): RingbackError {
  return new RingbackError('provider.unreachable', {
    details: { url, status },
    detail: `Could not read the inbox ${url}: ${why}.`,
  });
}
