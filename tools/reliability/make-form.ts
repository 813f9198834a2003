import { deflateSync, gzipSync } from 'node:zlib';
import { type Chance, oddStrings } from './chance.ts';
import type { ContractOperation } from './contract-model.ts';
import type { Request } from './exchange.ts';
import { contractPdf, encodeForm, fileParts, type Part, textPart } from './multipart.ts';

/** A form under construction. */
interface Form {
  parts: Part[];
  boundary: string;
  newline: string;
  type: string | null;
  coding: string | null;
  bytes: ((body: Buffer) => Buffer)[];
}

const charsets = [
  'utf-8',
  'utf-16',
  'utf-16be',
  'utf-16le',
  'utf-7',
  'utf-32',
  'windows-1251',
  'shift_jis',
  'gbk',
  'big5',
  'binary',
  'base64',
  'hex',
  'ucs2',
  'latin1',
  'none',
  '"',
  '',
  'é',
  '__proto__',
  'x'.repeat(5_000),
];
const encodings = ['7bit', '8bit', 'binary', 'base64', 'quoted-printable', 'gzip', 'x', ''];
const names = [
  'files',
  'callbackUrl',
  'document_class',
  'isSync',
  'callback_headers[a]',
  'callback_headers[]',
  'callback_headers[',
  'callback_headers[a][b]',
  'callback_headers',
  'callback_headers[__proto__]',
  '__proto__',
  'constructor',
  'files[]',
  'files[0]',
  'hasOwnProperty',
  ...oddStrings,
];

type Mutator = (chance: Chance, form: Form) => void;

const mutators: readonly Mutator[] = [
  (chance, form) =>
    change(chance, form, ({ head, body }) => ({
      head: [
        ...head,
        `Content-Type: ${chance.pick(['text/plain', 'application/json', 'x'])}; charset=${chance.pick(charsets)}`,
      ],
      body,
    })),
  (chance, form) =>
    change(chance, form, ({ head, body }) => ({
      head: [...head, `Content-Transfer-Encoding: ${chance.pick(encodings)}`],
      body,
    })),
  (chance, form) => form.parts.push(textPart('_charset_', chance.pick(charsets))),
  (chance, form) => form.parts.push(textPart(chance.pick(names), chance.pick(oddStrings))),
  (chance, form) =>
    form.parts.push({
      head: [
        `Content-Disposition: form-data; name="${chance.pick(names)}"; filename="${chance.pick(oddStrings)}"`,
      ],
      body: contractPdf.subarray(0, chance.int(0, 400)),
    }),
  (chance, form) =>
    form.parts.push({
      head: [
        `Content-Disposition: form-data; name="files"; filename*=${chance.pick(["UTF-8''%e2%82%ac.pdf", "utf-16''x", "UTF-8''%zz", "'", "iso-8859-1'en'%A3", "koi8-r''%FF", '""'])}`,
      ],
      body: contractPdf,
    }),
  (chance, form) =>
    change(chance, form, ({ body }) => ({
      head: [
        chance.pick([
          'Content-Disposition: form-data',
          'Content-Disposition: attachment; name="files"',
          'Content-Disposition:',
          'Content-Disposition: form-data; name',
          'Content-Disposition: form-data; name="',
          'Content-Disposition: form-data; name=a; name=b',
          'content-disposition: FORM-DATA; NAME="files"; FILENAME="a.pdf"',
          ': x',
          'no colon',
          ' folded: x',
          'Content-Disposition: form-data;;;name="files"',
          'Content-Disposition: form-data; name="\\"',
        ]),
        ...chance.some(['X-A: b', 'Content-Type: image/png'], 0.5),
      ],
      body,
    })),
  (_, form) => void change0(form, ({ body }) => ({ head: [], body })),
  (chance, form) =>
    change(chance, form, ({ head, body }) => ({
      head: [...head, `X-Long: ${'h'.repeat(chance.pick([100, 8_000, 17_000, 80_000, 300_000]))}`],
      body,
    })),
  (chance, form) =>
    change(chance, form, ({ head, body }) => ({
      head: [...head, ...Array.from({ length: chance.int(10, 3_000) }, (_, index) => `X-${index}: 1`)],
      body,
    })),
  (chance, form) =>
    change(chance, form, ({ head }) => ({
      head,
      body: Buffer.from(chance.pick(oddStrings).repeat(chance.int(1, 300))),
    })),
  (chance, form) =>
    change(chance, form, ({ head }) => ({
      head,
      body: Buffer.alloc(chance.pick([0, 1, 65_535, 65_536, 1_048_575, 1_048_577]), 'f'),
    })),
  (chance, form) =>
    change(chance, form, ({ head, body }) => ({
      head,
      body: Buffer.concat([
        body,
        Buffer.from(
          chance.pick([
            `\r\n--${form.boundary}`,
            `\r\n--${form.boundary.slice(0, -1)}`,
            `\r\n--${form.boundary}--`,
            `--${form.boundary}\r\n`,
            '\r\n--',
            '\r\n\r\n',
            '\r',
            '\n',
          ]),
        ),
        body.subarray(0, 9),
      ]),
    })),
  (chance, form) => {
    const inner = encodeForm('inner', fileParts(chance, 2));
    form.parts.push({
      head: [`Content-Disposition: form-data; name="files"`, 'Content-Type: multipart/mixed; boundary=inner'],
      body: inner,
    });
  },
  (chance, form) => {
    const count = chance.pick([101, 999, 1_001, 5_000]);
    form.parts.push(
      ...Array.from({ length: count }, (_, index) => textPart(`callback_headers[h${index}]`, 'v')),
    );
  },
  (chance, form) => form.parts.push(...fileParts(chance, chance.pick([20, 100, 101, 300]))),
  (_, form) => form.parts.reverse(),
  (_, form) => form.parts.push(...form.parts),
  (_, form) => {
    form.parts = [];
  },
  (_, form) => {
    form.newline = '\n';
  },
  (_, form) => {
    form.newline = '\r';
  },
  (chance, form) => {
    const { boundary } = form;
    form.type = chance.pick([
      'multipart/form-data',
      'multipart/form-data; boundary',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=""',
      `multipart/form-data; boundary="${boundary}`,
      `multipart/form-data; boundary=other; boundary=${boundary}`,
      `multipart/form-data;boundary=${boundary};charset=utf-16`,
      `MULTIPART/FORM-DATA; BOUNDARY="${boundary}"`,
      `multipart/mixed; boundary=${boundary}`,
      `multipart/form-data; boundary=${boundary}${' '.repeat(200)}`,
      `multipart/form-data; a="${'x'.repeat(6_000)}"; boundary=${boundary}`,
      `multipart/form-data; boundary="${boundary}\\"`,
      'application/x-www-form-urlencoded',
      null,
      `multipart/form-data; boundary*=UTF-8''${boundary}`,
      `multipart/form-data, multipart/form-data; boundary=${boundary}`,
    ]);
  },
  (chance, form) => {
    form.boundary = chance.pick([
      'x',
      '-',
      '--',
      "'()+_,-./:=?",
      'b'.repeat(70),
      'b'.repeat(71),
      'b'.repeat(3_000),
      'a b',
      '0',
      '$&',
      '.*',
      'é',
      '__proto__',
    ]);
    form.type = `multipart/form-data; boundary="${form.boundary}"`;
  },
  (chance, form) => form.bytes.push((body) => body.subarray(0, chance.int(0, body.length))),
  (chance, form) => form.bytes.push((body) => body.subarray(chance.int(0, Math.min(200, body.length)))),
  (chance, form) => form.bytes.push((body) => Buffer.concat([chance.bytes(chance.int(1, 300)), body])),
  (chance, form) => form.bytes.push((body) => Buffer.concat([body, chance.bytes(chance.int(1, 3_000))])),
  (_, form) => form.bytes.push((body) => Buffer.concat([body, body])),
  (chance, form) =>
    form.bytes.push((body) => {
      const copy = Buffer.from(body);
      for (let count = chance.int(1, 12); count > 0 && copy.length > 0; count--)
        copy[chance.int(0, copy.length - 1)] = chance.pick([0, 10, 13, 34, 45, 255, chance.int(0, 255)]);
      return copy;
    }),
  (chance, form) => {
    form.coding = chance.pick(['gzip', 'deflate', 'br', 'gzip, gzip', 'x']);
    form.bytes.push((body) => chance.pick([gzipSync, deflateSync, (same: Buffer) => same])(body));
  },
];

function change(chance: Chance, form: Form, by: (part: Part) => Part): void {
  if (form.parts.length === 0) return;
  const at = chance.int(0, form.parts.length - 1);
  form.parts[at] = by(form.parts[at] as Part);
}

function change0(form: Form, by: (part: Part) => Part): void {
  form.parts = form.parts.map(by);
}

/** A valid form of the given number of files, or one of 0 to 2 files with one to three mutations, for an operation. */
export function makeForm(
  chance: Chance,
  operation: ContractOperation,
  space: string,
  isRight: boolean,
): FormRequest {
  const files = isRight ? chance.int(1, 3) : chance.int(0, 2);
  const boundary = `b${chance.word()}`;
  const form: Form = {
    parts: [
      textPart('callback_method', 'POST'),
      textPart('callback_headers[X-A]', chance.word()),
      ...fileParts(chance, files),
    ],
    boundary,
    newline: '\r\n',
    type: `multipart/form-data; boundary=${boundary}`,
    coding: null,
    bytes: [],
  };
  if (!isRight) for (let count = chance.int(1, 3); count > 0; count--) chance.pick(mutators)(chance, form);
  const encoded = encodeForm(form.boundary, form.parts, form.newline);
  const body = form.bytes.reduce((bytes, by) => by(bytes), encoded);
  return { ...requestOf(operation, space, form, body), documents: isRight ? files : null };
}

export interface FormRequest extends Request {
  /** The number of documents that a valid form creates; null: the form is not valid. */
  readonly documents: number | null;
}

function requestOf(operation: ContractOperation, space: string, form: Form, body: Buffer): Request {
  const headers: [string, string][] = [
    ['Host', '127.0.0.1'],
    ['Authorization', operation.path.includes('/v1/') ? 'API_KEY k' : 'Bearer t'],
  ];
  if (form.type !== null) headers.push(['Content-Type', form.type]);
  if (form.coding !== null) headers.push(['Content-Encoding', form.coding]);
  return {
    method: operation.method,
    target: `/@${space}${operation.path.replace(/\{\w+\}/, 'invoice')}`,
    headers,
    body,
  };
}
