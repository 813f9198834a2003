import { sendRequest } from '../../http-client/request.ts';

/** How long one file may take, in milliseconds. */
const maxMs = 10_000;

/** The most redirects for one file. */
const maxRedirects = 3;

/**
 * Fetches a file of a contract by GET, without credentials, and follows redirects.
 * @param maxBytes of the body
 * @throws what the HTTP client throws; an error whose message says what else is wrong
 */
export async function fetchFile(url: string, maxBytes: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(maxMs);
  let place = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    if (!/^https?:\/\//i.test(place)) throw new Error(`got the URL ${place}, expected http: or https:`);
    const headers = { accept: 'application/yaml, application/json, */*', 'accept-encoding': 'identity' };
    const response = await sendRequest({ method: 'GET', url: place, headers, signal });
    if (response.statusCode >= 300 && response.statusCode < 400) {
      const location = response.headers.location;
      if (location === undefined) throw new Error(`it answered ${response.statusCode} without Location`);
      place = new URL(location, place).href;
      for await (const _chunk of response.body) break;
      continue;
    }
    if (response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}, expected 200`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
  throw new Error(`it redirects more than ${maxRedirects} times`);
}
