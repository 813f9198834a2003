import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers';
import type createBusboy from 'busboy';
import type { FieldInfo, FileInfo } from 'busboy';
import { RingbackError } from '../../core/errors.ts';
import type { IncomingFile } from '../../files/incoming-file.ts';
import { packageRoot } from '../../loading/contract-files.ts';
import { guarded } from '../../platform/guarded.ts';
import { nodeProcess } from '../../platform/node-process.ts';
import { aborted, readingError } from './body-errors.ts';
import type { BodyStream } from './decode-request.ts';
import type { Form, FormSink } from './form-fields.ts';

export interface FormLimits {
  /** The maximum size of all text fields together, in bytes. */
  readonly textBytes: number;
  readonly files: number;
  /** The maximum size of the whole body with its files, in bytes. */
  readonly totalBytes: number;
}

/** Begins to receive one file of a form. */
export type FilePartReceiver = (
  field: string,
  fileName: string,
) => Pick<IncomingFile, 'write' | 'end' | 'discard'>;

/** Loaded by Node itself: in jest's own modules it would use a `process.nextTick` that tests fake. */
const busboy: typeof createBusboy = nodeProcess
  .getBuiltinModule('node:module')
  .createRequire(join(packageRoot, 'package.json'))('busboy');

/** Far more than any contract has. A form with more is an attack or a mistake. */
const maxTextFields = 1_000;

/** The maximum number of event loop turns after the last byte. A parser ends within one of them. */
const turnsToEnd = 100;

/**
 * Reads `multipart/form-data` (RFC 7578) as a stream: fields of text into one object, files into the receiver, one
 * after the other.
 * @throws {RingbackError} `request.malformed`, `request.too-large`, `request.aborted`, and what the receiver throws
 */
export function readForm(
  stream: BodyStream,
  fields: FormSink,
  limits: FormLimits,
  receive: FilePartReceiver,
): Promise<Form> {
  const parser = makeParser(stream.headers, limits);
  return new Promise((resolve, reject) => {
    const files: ReturnType<FilePartReceiver>[] = [];
    let failed = false;
    let ended = false;
    let textBytes = 0;
    let totalBytes = 0;

    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      stream.off('data', take);
      stream.pause();
      parser.destroy();
      for (const file of files) file.discard();
      reject(error);
    };
    const safely = <A extends unknown[]>(listener: (...given: A) => void): ((...given: A) => void) =>
      guarded(listener, fail);
    const take = safely((chunk: Buffer): void => {
      totalBytes += chunk.length;
      if (totalBytes > limits.totalBytes) {
        fail(tooLarge(limits.totalBytes));
      } else if (!parser.write(chunk) && !failed) {
        stream.pause();
        parser.once('drain', () => {
          if (!failed) stream.resume();
        });
      }
    });

    const takeField = safely((name: string | undefined, text: string | undefined, info: FieldInfo) => {
      // busboy returns none if the part names a charset that it has no decoder for.
      if (text === undefined) {
        fail(malformed('a text field has an unknown charset: send it in UTF-8', 'part.charset'));
        return;
      }
      textBytes += text.length;
      if (name === undefined) fail(malformed('a part has no name', 'part.name'));
      else if (info.valueTruncated || textBytes > limits.textBytes) fail(tooMuchText(limits.textBytes));
      else fields.addText(readName(name), text);
    });
    const takeFile = safely((name: string | undefined, part: Readable, info: FileInfo) => {
      // The parser fails too whenever a part fails; this keeps the event from being an uncaught one.
      part.on('error', ignore);
      if (name === undefined) fail(malformed('a part has no name', 'part.name'));
      if (failed || name === undefined) {
        part.resume();
        return;
      }
      const field = readName(name);
      const fileName = readName(info.filename ?? '');
      const begin = (): ReturnType<FilePartReceiver> | null => {
        if (!fields.addFile(field, fileName)) return null;
        const begun = receive(field, fileName);
        files.push(begun);
        return begun;
      };
      // A browser's file input without a file: neither a name nor a byte.
      let file = fileName === '' ? undefined : begin();
      if (file === null) {
        part.resume();
        return;
      }
      part.on(
        'data',
        safely((chunk: Buffer) => {
          if (file === undefined) file = begin();
          file?.write(chunk);
        }),
      );
    });
    const end = safely(() => {
      if (failed) return;
      ended = true;
      letGo(parser);
      resolve(fields.end(files.map((file) => file.end())));
    });
    // busboy never ends a file that begins after the closing boundary and continues in another chunk.
    const expectEnd = safely((turns: number): void => {
      if (failed || ended) return;
      if (turns === 0) fail(malformed('it goes on after its closing boundary', 'multipart'));
      else setImmediate(expectEnd, turns - 1);
    });
    parser.on('field', takeField);
    parser.on('file', takeFile);
    parser.on('filesLimit', () =>
      fail(
        malformed(
          `it has more than ${limits.files} files. Send fewer, or raise limits.formFiles`,
          'limits.formFiles',
        ),
      ),
    );
    parser.on('fieldsLimit', () => fail(malformed(`it has more than ${maxTextFields} fields`, 'part.count')));
    parser.on('error', (error) =>
      fail(malformed(lowerFirst(error instanceof Error ? error.message : String(error)), 'multipart', error)),
    );
    parser.on('finish', end);
    stream.on('data', take);
    stream.on(
      'end',
      safely(() => {
        if (failed) return;
        parser.end();
        expectEnd(turnsToEnd);
      }),
    );
    stream.on('error', (error) => fail(readingError(error)));
    stream.on('close', () => {
      if (!stream.readableEnded) fail(aborted());
    });
  });
}

function ignore(): void {}

/**
 * A name of a part or of a file, whose bytes the parser gives as Latin-1: UTF-8 (RFC 7578 §5.1), or the Latin-1 that
 * older clients send. What `filename*` says (RFC 5987) is decoded already.
 */
function readName(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/**
 * A content type whose boundary is quoted where it has to be: clients send `boundary=a/b`, which is no token
 * (RFC 9110 §5.6.2), although boundaries may hold a slash (RFC 2046 §5.1.1).
 */
function quoteBoundary(contentType: string): string {
  return contentType.replace(/(;\s*boundary=)([^";]*[()/:=?,@][^";]*)/i, (_, start, boundary) => {
    return `${start}"${boundary.trim()}"`;
  });
}

/**
 * Detaches a finished parser from its request. V8 allocates a function that is assigned to a property directly in the
 * old generation, and Node.js assigns one in each writable stream. So a parser outlives its request until the next
 * collection of the whole heap, with everything its listeners refer to: request, response, file. That took a quarter of
 * the CPU time of a document.
 */
function letGo(parser: createBusboy.Busboy): void {
  parser.removeAllListeners();
}

function makeParser(headers: BodyStream['headers'], limits: FormLimits): createBusboy.Busboy {
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > limits.totalBytes) throw tooLarge(limits.totalBytes);
  try {
    return busboy({
      headers: { 'content-type': quoteBoundary(headers['content-type'] ?? '') },
      defParamCharset: 'latin1',
      limits: { fieldSize: limits.textBytes + 1, fields: maxTextFields, files: limits.files },
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw malformed(
      `${lowerFirst(what.replace(/^Multipart: /, ''))} in the content type ${JSON.stringify(headers['content-type'])}. Let the HTTP client set the header, with its boundary`,
      'boundary',
      error,
    );
  }
}

function malformed(why: string, code: string, cause?: unknown): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Could not read the multipart body: ${why}.`,
    violations: [{ location: 'body', code, message: why }],
    cause,
  });
}

function tooMuchText(limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting: 'limits.jsonBytes' },
    detail: `Could not read the multipart body: its text fields are longer than ${limit} bytes. Shorten them, or raise limits.jsonBytes.`,
    violations: [
      { location: 'body', code: 'limits.jsonBytes', message: `must have at most ${limit} bytes of text` },
    ],
  });
}

function tooLarge(limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting: 'limits.uploadBytes' },
    detail: `Could not read the multipart body: it is longer than ${limit} bytes. Send less, or raise limits.uploadBytes.`,
    violations: [
      { location: 'body', code: 'limits.uploadBytes', message: `must have at most ${limit} bytes` },
    ],
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
