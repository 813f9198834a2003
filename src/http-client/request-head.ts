/** A request as sent over a connection. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** For the `host` header, when `headers` has none. */
  readonly host: string;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | null;
  /** Bytes of the body. */
  readonly bodyBytes: number;
}

/** Methods whose requests have a body. Without one, they send a length of 0 (RFC 9110 §8.6). */
const methodsWithBody = new Set(['POST', 'PUT', 'PATCH']);

/** The request line and the headers, with `host`, `connection` and `content-length`, in characters of one byte each. */
export function requestHead({ method, path, host, headers, body, bodyBytes }: WireRequest): string {
  let given = '';
  let hostName = host;
  let connection = 'keep-alive';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const value = headers[i + 1] ?? '';
    const lower = name.length > 14 ? '' : name.toLowerCase();
    if (lower === 'host') hostName = value;
    else if (lower === 'connection') connection = value.toLowerCase();
    else if (lower !== 'content-length') given += `${name}: ${value}\r\n`;
  }
  const hasLength = (body !== null && bodyBytes > 0) || methodsWithBody.has(method);
  const length = hasLength ? `content-length: ${bodyBytes}\r\n` : '';
  return `${method} ${path} HTTP/1.1\r\nhost: ${hostName}\r\nconnection: ${connection}\r\n${given}${length}\r\n`;
}
