import { type Chance, oddStrings } from './chance.ts';
import { encodeForm, textPart } from './multipart.ts';

/** An HTTP message as the lines of its head, without newlines, and its body: easy to mutate. */
export interface RawMessage {
  head: string[];
  body: Buffer;
}

export function rawRequest(
  method: string,
  target: string,
  headers: readonly string[],
  body: Buffer | string = '',
): RawMessage {
  return { head: [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...headers], body: Buffer.from(body) };
}

export function chunked(body: string, size = 7): string {
  const chunks = body.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  return `${chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}

const json = '{"settle":true}';
const registration =
  '{"application_reference_id":"r","application_date":"2029-12-28","services":["extract"],"webhook":"http://127.0.0.1:1/"}';
const form = encodeForm('b', [
  textPart('document_class', 'invoice'),
  { head: ['Content-Disposition: form-data; name="files"; filename="a.pdf"'], body: Buffer.from('%PDF-1.4') },
]);

/** Valid requests with every kind of framing. */
export const rightRequests: readonly (() => RawMessage)[] = [
  () => rawRequest('GET', '/_ringback/health', []),
  () => rawRequest('HEAD', '/_ringback/inbox/x', []),
  () => rawRequest('GET', '/@raw/_ringback/runs?limit=5', ['Accept: */*']),
  () =>
    rawRequest(
      'POST',
      '/@raw/_ringback/clock',
      ['Content-Type: application/json', `Content-Length: ${json.length}`],
      json,
    ),
  () =>
    rawRequest(
      'POST',
      '/@raw/_ringback/clock',
      ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      chunked(json),
    ),
  () =>
    rawRequest(
      'POST',
      '/@raw/informed/v1/consumer/applications',
      [
        'Authorization: Basic dTpw',
        'Content-Type: application/json',
        `Content-Length: ${registration.length}`,
      ],
      registration,
    ),
  () =>
    rawRequest(
      'POST',
      '/@raw/docdigitizer/api/v2/documents',
      ['Authorization: t', 'Content-Type: multipart/form-data; boundary=b', `Content-Length: ${form.length}`],
      form,
    ),
  () =>
    rawRequest(
      'POST',
      '/@raw/docdigitizer/api/v2/documents',
      [
        'Authorization: t',
        'Content-Type: multipart/form-data; boundary=b',
        'Transfer-Encoding: chunked',
        'Trailer: X-End',
      ],
      chunked(form.toString(), 50).replace(/\r\n\r\n$/, '\r\nX-End: 1\r\n\r\n'),
    ),
  () => rawRequest('PUT', '/@raw/informed/uploads/none', ['Content-Length: 5'], 'bytes'),
  () => rawRequest('PUT', '/@raw/_ringback/inbox/raw', ['Expect: 100-continue', 'Content-Length: 3'], 'abc'),
  () => rawRequest('OPTIONS', '*', []),
  () => rawRequest('DELETE', '/@raw/_ringback/next', ['Connection: close']),
];

export function encodeMessage({ head, body }: RawMessage, newline = '\r\n'): Buffer {
  return Buffer.concat([Buffer.from(`${head.join(newline)}${newline}${newline}`, 'latin1'), body]);
}

const requestLines = [
  'get / HTTP/1.1',
  ' GET / HTTP/1.1',
  'GET  /  HTTP/1.1',
  'GET / HTTP/1.0',
  'GET / HTTP/2.0',
  'GET / HTTP/9.9',
  'GET /',
  'GET / HTTP/1.1 x',
  'PRI * HTTP/2.0',
  'CONNECT example.test:443 HTTP/1.1',
  'GET http://evil.example/_ringback/health HTTP/1.1',
  'GET //_ringback/health HTTP/1.1',
  'GET /\u00e9\u00ff HTTP/1.1',
  'GET /a b HTTP/1.1',
  'GET /%00%zz?%=& HTTP/1.1',
  'M-SEARCH / HTTP/1.1',
  'SOURCE / ICE/1.0',
  '\u0016\u0003\u0001\u0002',
  'HTTP/1.1 200 OK',
  `GET /${'a'.repeat(15_000)} HTTP/1.1`,
  `GET /${'a'.repeat(70_000)} HTTP/1.1`,
  `${'X'.repeat(9_000)} / HTTP/1.1`,
  '',
];
const headerLines = [
  'Host: other.example',
  'Host:',
  'Host: a b',
  'Host : x',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: +5',
  'Content-Length: 0x5',
  'Content-Length: 5, 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: ',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, gzip',
  'Transfer-Encoding: identity',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding:\u000bchunked',
  'Connection: close',
  'Connection: keep-alive, upgrade',
  'Connection: content-length',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Expect: 100-continue',
  'Expect: x',
  'Content-Encoding: gzip',
  'Content-Encoding: identity',
  ' folded: yes',
  '\tfolded',
  'no colon at all',
  ': empty',
  'X\u0000Y: z',
  'X: a\u0000b',
  'X: \u00ff\u00fe',
  'X: a\rb',
  'X Y: z',
  'Trailer: Content-Length',
  'Keep-Alive: timeout=0, max=-1',
  'TE: trailers',
  'Content-Type: ',
  'Content-Type: multipart/form-data',
  'Origin: http://evil.example',
  'Sec-Fetch-Site: cross-site',
  'Authorization: ',
  'Last-Event-ID: x',
  'X-Ringback-Token: \u00e9',
  'HTTP2-Settings: AAMAAABk',
];
const chunkLines = [
  '-1',
  'g',
  '',
  'ffffffffffffffff',
  '7fffffff',
  '0x5',
  '5 ',
  '5;a=b',
  `5;${'e'.repeat(20_000)}`,
  '00000000000000000005',
  '5\n',
  '0',
];

type Mutator = (chance: Chance, messages: RawMessage[]) => void;
const one = (chance: Chance, messages: RawMessage[]): RawMessage => chance.pick(messages);

/** Mutations of the parts of a message. Mutations of bytes follow them. */
export const headMutators: readonly Mutator[] = [
  (chance, all) => {
    one(chance, all).head[0] = chance.pick(requestLines);
  },
  (chance, all) => void one(chance, all).head.splice(chance.int(0, 3), 0, chance.pick(headerLines)),
  (chance, all) => void one(chance, all).head.push(chance.pick(headerLines), chance.pick(headerLines)),
  (chance, all) => void one(chance, all).head.splice(chance.int(0, 4), 1),
  (chance, all) => void one(chance, all).head.push(`X-Odd: ${chance.pick(oddStrings)}`),
  (chance, all) =>
    void one(chance, all).head.push(
      ...Array.from({ length: chance.pick([50, 1_000, 2_500]) }, (_, index) => `X${index}: ${index}`),
    ),
  (chance, all) => void one(chance, all).head.push(`${'N'.repeat(chance.pick([300, 9_000, 70_000]))}: x`),
  (chance, all) =>
    void one(chance, all).head.push(`X: ${'v'.repeat(chance.pick([300, 15_000, 17_000, 200_000]))}`),
  (chance, all) => {
    const { head } = one(chance, all);
    const at = chance.int(0, head.length - 1);
    head.splice(at, 0, head[at] as string);
  },
  (chance, all) => void one(chance, all).head.sort(),
  (chance, all) => {
    const message = one(chance, all);
    message.head = message.head.map((line) =>
      line.replace(
        /^(Content-Length: )(\d+)$/,
        (_, name, length) => `${name}${Number(length) + chance.int(-3, 9)}`,
      ),
    );
  },
  (chance, all) => {
    const message = one(chance, all);
    message.body = Buffer.from(
      message.body
        .toString('latin1')
        .replace(/(^|\r\n)[0-9a-f]+\r\n/, (_, start) => `${start}${chance.pick(chunkLines)}\r\n`),
      'latin1',
    );
  },
  (chance, all) => {
    one(chance, all).body = chance.bytes(chance.int(0, 300));
  },
  (chance, all) => void all.push(chance.pick(rightRequests)()),
  (chance, all) =>
    void all.unshift({
      head: chance.pick([[''], ['', ''], [chance.pick(requestLines)]]),
      body: Buffer.alloc(0),
    }),
];

/** Mutations of the bytes of a message. */
export const byteMutators: readonly ((chance: Chance, bytes: Buffer) => Buffer)[] = [
  (chance, bytes) => bytes.subarray(0, chance.int(0, bytes.length)),
  (chance, bytes) => bytes.subarray(chance.int(0, Math.min(60, bytes.length))),
  (chance, bytes) => Buffer.concat([bytes, chance.bytes(chance.int(1, 500))]),
  (chance, bytes) => {
    const copy = Buffer.from(bytes);
    for (let count = chance.int(1, 10); count > 0 && copy.length > 0; count--)
      copy[chance.int(0, copy.length - 1)] = chance.pick([
        0,
        9,
        10,
        13,
        32,
        58,
        127,
        255,
        chance.int(0, 255),
      ]);
    return copy;
  },
  (chance, bytes) => {
    const at = chance.int(0, bytes.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(chance.pick(['\r\n', '\n', '\r', '\u0000', '\r\n\r\n', ' ', ':', ...oddStrings])),
      bytes.subarray(at),
    ]);
  },
  (_, bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  (chance, bytes) => Buffer.concat([bytes.subarray(0, chance.int(0, bytes.length)), bytes]),
];
