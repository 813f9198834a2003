import { describe, expect, it } from 'vitest';
import { MalformedResponse, ResponseParser } from '../../src/http-client/response-parser.ts';

/** The result of a parser for the pieces, and then the end of the connection. */
function parse(pieces: readonly Buffer[], method = 'POST') {
  const events: unknown[] = [];
  let body = '';
  const parser = new ResponseParser(method, {
    onHead: ({ statusCode, headers, keepAlive }) => events.push([statusCode, headers, keepAlive]),
    onData: (chunk) => {
      body += chunk.toString('latin1');
    },
    onEnd: (surplus) => events.push(surplus === 0 ? 'end' : `end, ${surplus} bytes too many`),
  });
  for (const piece of pieces) parser.push(piece);
  const wasDone = parser.done;
  return { events, body, wasDone, isWhole: parser.finish() };
}

const whole = (text: string): Buffer[] => [Buffer.from(text, 'latin1')];
const inPieces = (text: string): Buffer[] => {
  // Short parts byte by byte, long ones in pieces.
  const size = text.length > 1_000 ? 997 : 1;
  const bytes = Buffer.from(text, 'latin1');
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
};

describe.each([
  ['whole', whole],
  ['in pieces', inPieces],
])('a response that comes %s', (_, cut) => {
  it.each([
    [
      'a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
      { 'content-length': '3' },
      'silent',
      'abc',
    ],
    ['no reason', 'HTTP/1.1 200\r\ncontent-length:0\r\n\r\n', { 'content-length': '0' }, 'silent', ''],
    [
      'chunks, extensions and a trailer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n00a \r\n0123456789\r\n0\r\nx: y\r\n\r\n',
      { 'transfer-encoding': 'chunked' },
      'silent',
      'abc0123456789',
    ],
    [
      'lines that end with LF alone',
      'HTTP/1.1 200 OK\ntransfer-encoding: chunked\nconnection: keep-alive\n\n2\nab\n0\n\n',
      { 'transfer-encoding': 'chunked', connection: 'keep-alive' },
      'named',
      'ab',
    ],
    [
      'empty lines before it',
      '\r\n\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na',
      { 'content-length': '1' },
      'silent',
      'a',
    ],
    [
      'interim responses before it',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na',
      { 'content-length': '1' },
      'silent',
      'a',
    ],
    [
      'a repeated length',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na',
      { 'content-length': '1, 1' },
      'silent',
      'a',
    ],
    [
      'a folded header',
      'HTTP/1.1 200 OK\r\nx-a: one\r\n  two\r\nX-A: three\r\ncontent-length: 0\r\n\r\n',
      { 'x-a': 'one two, three', 'content-length': '0' },
      'silent',
      '',
    ],
    [
      'connection: close',
      'HTTP/1.1 200 OK\r\nConnection: Close, x\r\nkeep-alive: timeout=5\r\ncontent-length: 0\r\n\r\n',
      { connection: 'Close, x', 'keep-alive': 'timeout=5', 'content-length': '0' },
      'close',
      '',
    ],
    [
      'a keep-alive timeout',
      'HTTP/1.1 200 OK\r\nkeep-alive: timeout=5\r\ncontent-length: 0\r\n\r\n',
      { 'keep-alive': 'timeout=5', 'content-length': '0' },
      'named',
      '',
    ],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', { 'content-length': '0' }, 'close', ''],
    [
      'HTTP/1.0 with keep-alive',
      'HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n',
      { connection: 'Keep-Alive', 'content-length': '0' },
      'named',
      '',
    ],
  ])('is read with %s', (_, text, headers, keepAlive, body) => {
    expect(parse(cut(text))).toEqual({
      events: [[200, headers, keepAlive], 'end'],
      body,
      wasDone: true,
      isWhole: true,
    });
  });

  it.each([204, 304])('has no body with the status %i', (status) => {
    const { events, body, wasDone } = parse(cut(`HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\n`));
    expect(events).toEqual([[status, { 'content-length': '5' }, 'silent'], 'end']);
    expect({ body, wasDone }).toEqual({ body: '', wasDone: true });
  });

  it('has no body as the response to HEAD', () => {
    expect(parse(cut('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'), 'HEAD').wasDone).toBe(true);
  });

  it('without a length ends with the connection', () => {
    const { body, wasDone, isWhole } = parse(cut('HTTP/1.1 200 OK\r\n\r\nabc'));
    expect({ body, wasDone, isWhole }).toEqual({ body: 'abc', wasDone: false, isWhole: true });
  });

  it.each([
    '',
    'HTTP/1.1 200 O',
    'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
  ])('is truncated after %j', (text) => expect(parse(cut(text)).isWhole).toBe(false));

  it.each([
    ['it begins with "2', '220 mail.example ESMTP\r\n'],
    ['it begins with "HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['its first line is "HTTP/1.1 abc OK"', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['its first line is "HTTP/1.1 000 OK"', 'HTTP/1.1 000 OK\r\n\r\n'],
    ['its first line is "HTTP/1.1 99 OK"', 'HTTP/1.1 99 OK\r\n\r\n'],
    ['it changes the protocol (101)', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['"no header" is not a header', 'HTTP/1.1 200 OK\r\nno header\r\n\r\n'],
    ['"x : y" is not a header', 'HTTP/1.1 200 OK\r\nx : y\r\n\r\n'],
    ['it has a control character in', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
    ['it has a control character in', 'HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n'],
    [
      'its content-length is contradictory: 3, 4',
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n',
    ],
    ['its content-length is "-1"', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['it has both', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'],
    [
      'its transfer-encoding is "gzip, chunked"',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
    ],
    [
      'a chunk begins with "zz" in place of its size',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc',
    ],
    ['a chunk is longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc'],
    ['its head is longer than 16 KiB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(16_385)}`],
    ['its head is longer than 16 KiB', '\r\n'.repeat(8_193)],
    [
      'the line before a chunk is longer than 4 KiB',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'y'.repeat(4_097)}`,
    ],
    [
      'its trailer is longer than 16 KiB',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'x: y\r\n'.repeat(2_731)}`,
    ],
  ])('is refused with the message that %s', (message, text) => {
    expect(() => parse(cut(text))).toThrow(MalformedResponse);
    expect(() => parse(cut(text))).toThrow(message);
  });
});

describe('a response', () => {
  it('ends where the next bytes begin, which it counts', () => {
    const { events, body } = parse(whole('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1'));
    expect({ last: events.at(-1), body }).toEqual({ last: 'end, 8 bytes too many', body: 'a' });
    expect(parse(whole('HTTP/1.1 204 X\r\n\r\nabc')).events.at(-1)).toBe('end, 3 bytes too many');
  });

  it('stores headers as own properties, and skips __proto__', () => {
    const [head] = parse(whole('HTTP/1.1 204 X\r\n__proto__: a\r\nconstructor: b\r\n\r\n')).events as [
      unknown[],
    ];
    expect(Object.keys(head[1] as object)).toEqual(['constructor']);
  });
});
