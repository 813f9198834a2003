import { RingbackError } from '../../core/errors.ts';

/** A part of a multipart body that is not a form. */
export interface MultipartPart {
  /** By `Content-Disposition` or `Content-ID`. Null: it has neither. */
  readonly name: string | null;
  readonly contentType: string | null;
  readonly bytes: Buffer;
}

/** Far more than any contract has. */
const maxParts = 1_000;

/**
 * Splits a body of `multipart/related`, `multipart/mixed` or the like (RFC 2046 §5.1.1) into its parts.
 * @throws {RingbackError} `request.malformed`
 */
export function splitMultipart(bytes: Buffer, contentType: string): readonly MultipartPart[] {
  const match = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed('its content type has no boundary', 'boundary');
  // In front of each boundary is a line break, which is part of it.
  const body = Buffer.concat([Buffer.from('\r\n'), bytes]);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: MultipartPart[] = [];
  let at = body.indexOf(delimiter);
  while (at !== -1) {
    const start = at + delimiter.length;
    if (body.toString('latin1', start, start + 2) === '--') return parts;
    const end = body.indexOf(delimiter, start);
    if (end === -1) break;
    if (parts.length === maxParts) throw malformed(`it has more than ${maxParts} parts`, 'part.count');
    parts.push(partOf(body.subarray(start, end)));
    at = end;
  }
  throw malformed('it has no closing boundary', 'multipart');
}

function partOf(bytes: Buffer): MultipartPart {
  // What follows the boundary in its line is white space. Without headers, an empty line follows.
  const lineEnd = bytes.indexOf('\r\n');
  const rest = lineEnd === -1 ? bytes : bytes.subarray(lineEnd);
  const mark = rest.indexOf('\r\n\r\n');
  const headers = mark === -1 ? '' : rest.toString('utf8', 0, mark);
  const of = (name: string): string | null =>
    new RegExp(`\\r\\n${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'i').exec(headers)?.[1]?.trim() ?? null;
  const disposition = /;\s*name\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(of('content-disposition') ?? '');
  return {
    name: disposition?.[1] ?? disposition?.[2] ?? of('content-id')?.replace(/^<(.*)>$/, '$1') ?? null,
    contentType: of('content-type'),
    bytes: mark === -1 ? rest.subarray(2) : rest.subarray(mark + 4),
  };
}

function malformed(why: string, code: string): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Could not read the multipart body: ${why}.`,
    violations: [{ location: 'body', code, message: why }],
  });
}
