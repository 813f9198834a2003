/** A response as received over a bare socket. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * Reads the responses of one connection, strictly by RFC 9112.
 * @param head whether one of the requests may have been HEAD, whose response has a length and no body
 */
export function readResponses(
  bytes: Buffer,
  head: boolean,
): { readonly responses: readonly RawResponse[]; readonly fault: string | null } {
  const responses: RawResponse[] = [];
  let at = 0;
  const fault = (what: string) => ({ responses, fault: `${what} at byte ${at} of ${bytes.length}` });
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end === -1) return fault('a head without an end');
    const [line = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) [ -~]*$/.exec(line)?.[1]);
    if (Number.isNaN(status)) return fault(`no status line: ${JSON.stringify(line)}`);
    const headers = new Map<string, string>();
    for (const text of lines) {
      const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(text);
      if (match === null) return fault(`no header: ${JSON.stringify(text)}`);
      headers.set(match[1]?.toLowerCase() ?? '', match[2] ?? '');
    }
    at = end + 4;
    const rest = bytes.subarray(at);
    const isBodiless =
      status < 200 ||
      status === 204 ||
      status === 304 ||
      (head && (rest.length === 0 || rest.subarray(0, 7).equals(Buffer.from('HTTP/1.'))));
    let body = Buffer.alloc(0);
    if (!isBodiless && headers.get('transfer-encoding') === 'chunked') {
      const chunks: Buffer[] = [];
      for (;;) {
        const lineEnd = bytes.indexOf('\r\n', at);
        const size = lineEnd === -1 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
        if (Number.isNaN(size)) return fault('a chunk without a size');
        at = lineEnd + 2;
        chunks.push(bytes.subarray(at, at + size));
        at += size + 2;
        if (at > bytes.length) return fault('a chunk is cut off');
        if (size === 0) break;
      }
      body = Buffer.concat(chunks);
    } else if (!isBodiless) {
      const length = headers.get('content-length');
      if (length !== undefined && !/^\d+$/.test(length)) return fault(`no content-length: ${length}`);
      const size = length === undefined ? rest.length : Number(length);
      if (size > rest.length) return fault(`a body of ${size} bytes is cut off after ${rest.length}`);
      body = Buffer.from(rest.subarray(0, size));
      at += size;
    }
    responses.push({ status, headers, body });
  }
  return { responses, fault: null };
}
