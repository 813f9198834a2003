/** The head of a response. */
export interface ResponseHead {
  readonly statusCode: number;
  /** Lower-case names. Several values of one name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the server says about the connection: `named` if it promises to keep it open, `silent` if it says nothing. */
  readonly keepAlive: 'named' | 'silent' | 'close';
}

/** Receives the parts of one response. */
export interface ResponseHandler {
  /** Interim responses (RFC 9110 §15.2) are skipped. */
  onHead(head: ResponseHead): void;
  onData(chunk: Buffer): void;
  /** @param surplus how many bytes followed the response, which belong to nothing */
  onEnd(surplus: number): void;
}

/** A response that is not HTTP/1.1. Its message follows "is not HTTP: ". */
export class MalformedResponse extends Error {
  /** The kind of malformation. */
  readonly code: 'HEAD_TOO_LARGE' | 'MALFORMED';
  constructor(message: string, code: MalformedResponse['code'] = 'MALFORMED') {
    super(message);
    this.code = code;
  }
}

/** Maximum size of the head and of the trailer. */
const maxHeadBytes = 16 * 1024;
/** Maximum length of the line before a chunk, with extensions. */
const maxChunkLineBytes = 4 * 1024;

/** RFC 9110 §5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const statusLine = /^HTTP\/1\.([0-9]) ([1-9][0-9]{2})(?: [^\0]*)?$/;
/** RFC 9110 §5.5: characters that make a field value invalid. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const notInValue = /[\u0000\r]/;
const empty = Buffer.alloc(0);
const LF = 10;

type State = 'head' | 'length' | 'chunk-line' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close' | 'done';

/**
 * Parses one response of HTTP/1.0 or 1.1 from the bytes of a connection (RFC 9112). Lines may end with LF alone (§2.2).
 * Throws {@link MalformedResponse} for anything else that is not HTTP.
 */
export class ResponseParser {
  readonly #method: string;
  readonly #handler: ResponseHandler;
  #state: State = 'head';
  /** Bytes of an incomplete head, chunk line or trailer. */
  #pending: Buffer = empty;
  /** Remaining bytes of the body or chunk. */
  #left = 0;
  #trailerBytes = 0;

  /** @param method of the request. A response to HEAD has no body */
  constructor(method: string, handler: ResponseHandler) {
    this.#method = method;
    this.#handler = handler;
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** @throws {MalformedResponse} */
  push(bytes: Buffer): void {
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = empty;
    while (rest.length > 0 && this.#state !== 'done') {
      const next = this.#read(rest);
      if (next === null) {
        this.#pending = rest;
        return;
      }
      rest = next;
    }
  }

  /**
   * Call this when the server has closed its side.
   * @returns whether the response is complete. False: it was cut off
   */
  finish(): boolean {
    if (this.#state !== 'until-close') return this.#state === 'done';
    this.#end(0);
    return true;
  }

  /** Parses as much as possible. Returns the remaining bytes, or null if more are needed. */
  #read(bytes: Buffer): Buffer | null {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
      case 'chunk':
        return this.#readBody(bytes);
      case 'chunk-line':
        return this.#readChunkLine(bytes);
      case 'chunk-end':
        return this.#readChunkEnd(bytes);
      case 'trailer':
        return this.#readTrailer(bytes);
      default:
        this.#handler.onData(bytes);
        return empty;
    }
  }

  #readHead(bytes: Buffer): Buffer | null {
    let start = 0;
    while (bytes[start] === 13 || bytes[start] === LF) start++;
    const begin = bytes.toString('latin1', start, start + 7);
    if (!'HTTP/1.'.startsWith(begin) && begin !== '') throw new MalformedResponse(startsWith(bytes, start));
    const end = endOfHead(bytes, start);
    if ((end === null ? bytes.length : end.at) > maxHeadBytes) {
      throw new MalformedResponse('its head is longer than 16 KiB', 'HEAD_TOO_LARGE');
    }
    if (end === null) return null;
    this.#begin(bytes.toString('latin1', start, end.at));
    const rest = bytes.subarray(end.after);
    if ((this.#state as State) === 'done') this.#handler.onEnd(rest.length);
    return rest;
  }

  #begin(text: string): void {
    const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    const [first = '', ...fields] = lines;
    const [, minor, status] = statusLine.exec(first) ?? [];
    if (status === undefined) throw new MalformedResponse(`its first line is ${quoted(first)}`);
    const statusCode = Number(status);
    if (statusCode === 101)
      throw new MalformedResponse('it changes the protocol (101), which the request did not ask for');
    const headers = readFields(fields);
    if (statusCode < 200) return;
    this.#state = this.#framing(statusCode, headers);
    this.#handler.onHead({ statusCode, headers, keepAlive: keepAlive(minor === '0', headers) });
  }

  /** How to find the end of the body (RFC 9112 §6.3). */
  #framing(statusCode: number, headers: Readonly<Record<string, string>>): State {
    const { 'transfer-encoding': coding, 'content-length': given } = headers;
    if (coding !== undefined && given !== undefined) {
      throw new MalformedResponse('it has both a content-length and a transfer-encoding');
    }
    const length = given === undefined ? null : readLength(given);
    if (this.#method === 'HEAD' || statusCode === 204 || statusCode === 304) return 'done';
    if (coding !== undefined) {
      if (coding.toLowerCase() === 'chunked') return 'chunk-line';
      throw new MalformedResponse(`its transfer-encoding is ${quoted(coding)}; only chunked is read`);
    }
    if (length === null) return 'until-close';
    this.#left = length;
    return length === 0 ? 'done' : 'length';
  }

  #readBody(bytes: Buffer): Buffer {
    const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    const rest = bytes.subarray(part.length);
    this.#left -= part.length;
    this.#handler.onData(part);
    if (this.#left === 0) {
      if (this.#state === 'chunk') this.#state = 'chunk-end';
      else this.#end(rest.length);
    }
    return rest;
  }

  #readChunkLine(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(LF);
    if ((end === -1 ? bytes.length : end) > maxChunkLineBytes) {
      throw new MalformedResponse('the line before a chunk is longer than 4 KiB');
    }
    if (end === -1) return null;
    const line = bytes.toString('latin1', 0, end).replace(/\r$/, '');
    const size = /^([0-9a-fA-F]{1,13})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined)
      throw new MalformedResponse(`a chunk begins with ${quoted(line)} in place of its size`);
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'chunk';
    return bytes.subarray(end + 1);
  }

  #readChunkEnd(bytes: Buffer): Buffer | null {
    if (bytes[0] === 13 && bytes.length === 1) return null;
    const length = bytes[0] === 13 ? 2 : 1;
    if (bytes[length - 1] !== LF) throw new MalformedResponse('a chunk is longer than its size');
    this.#state = 'chunk-line';
    return bytes.subarray(length);
  }

  /** Skips the fields after the last chunk, up to an empty line. */
  #readTrailer(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(LF);
    const size = end === -1 ? bytes.length : end + 1;
    if (this.#trailerBytes + size > maxHeadBytes) {
      throw new MalformedResponse('its trailer is longer than 16 KiB', 'HEAD_TOO_LARGE');
    }
    if (end === -1) return null;
    this.#trailerBytes += size;
    const rest = bytes.subarray(end + 1);
    if (end === 0 || (end === 1 && bytes[0] === 13)) this.#end(rest.length);
    return rest;
  }

  #end(surplus: number): void {
    this.#state = 'done';
    this.#handler.onEnd(surplus);
  }
}

/** Where the empty line after a head starts and ends. */
function endOfHead(bytes: Buffer, start: number): { at: number; after: number } | null {
  const crlf = bytes.indexOf('\n\r\n', start, 'latin1');
  const lf = bytes.indexOf('\n\n', start, 'latin1');
  if (crlf === -1 && lf === -1) return null;
  return lf === -1 || (crlf !== -1 && crlf < lf) ? { at: crlf, after: crlf + 3 } : { at: lf, after: lf + 2 };
}

function readFields(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  let last: string | null = null;
  for (const line of lines) {
    if (line === '') continue;
    if (notInValue.test(line)) throw new MalformedResponse(`it has a control character in ${quoted(line)}`);
    if (last !== null && /^[ \t]/.test(line)) {
      // An obsolete line folding counts as a space (RFC 9112 §5.2).
      headers[last] = `${headers[last]} ${line.trim()}`.trim();
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!token.test(name)) throw new MalformedResponse(`${quoted(line)} is not a header`);
    last = name.toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[last] = Object.hasOwn(headers, last) ? `${headers[last]}, ${value}` : value;
  }
  return headers;
}

/** A repeated length is valid if all its values are equal (RFC 9110 §8.6). */
function readLength(text: string): number {
  const values = new Set(text.split(',').map((each) => each.trim()));
  const [value = ''] = values;
  if (values.size > 1) throw new MalformedResponse(`its content-length is contradictory: ${text}`);
  if (!/^[0-9]{1,15}$/.test(value)) throw new MalformedResponse(`its content-length is ${quoted(text)}`);
  return Number(value);
}

function keepAlive(isOld: boolean, headers: Readonly<Record<string, string>>): ResponseHead['keepAlive'] {
  const options = (headers.connection ?? '').toLowerCase().split(/[\s,]+/);
  if (options.includes('close')) return 'close';
  if (options.includes('keep-alive')) return 'named';
  if (isOld) return 'close';
  return headers['keep-alive'] === undefined ? 'silent' : 'named';
}

function startsWith(bytes: Buffer, start: number): string {
  return `it begins with ${quoted(bytes.toString('latin1', start, start + 41))}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
