import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { BodyContent } from '../core/contract/contract.ts';
import { RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../providers/provider.ts';
import { aborted } from './body-errors.ts';
import { type Form, FormFields } from './form-fields.ts';

export interface FormLimits {
  /** Of all fields of text together, and so of each. */
  readonly textBytes: number;
  readonly files: number;
  /** Of the whole body, files included. */
  readonly totalBytes: number;
}

/** Takes in one file of a form. */
export type FilePartReceiver = (
  stream: Readable,
  part: { field: string; fileName: string },
) => Promise<ReceivedFile>;

/** Far more than any contract's; a form with more is an attack or a mistake. */
const maxTextFields = 1_000;

/**
 * Reads `multipart/form-data` (RFC 7578) as a stream: fields of text into one object, files into the receiver, one
 * after the other. Part names and file names are UTF-8 (RFC 7578 §5.1).
 * @throws {RingbackError} `request.malformed`, `request.too-large`, `request.aborted`, and what the receiver throws
 */
export function readForm(
  request: IncomingMessage,
  content: BodyContent,
  limits: FormLimits,
  receive: FilePartReceiver,
): Promise<Form> {
  const fields = new FormFields(content);
  const parser = makeParser(request, limits);
  return new Promise((resolve, reject) => {
    const uploads: Promise<ReceivedFile>[] = [];
    let failed = false;
    let textBytes = 0;
    let totalBytes = 0;

    /** Answers once the receivers are done, so that nothing of the form is still being written then. */
    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      request.unpipe(parser);
      parser.destroy();
      void Promise.allSettled(uploads).then(() => reject(error));
    };

    parser.on('field', (name: string | undefined, text, info) => {
      textBytes += text.length;
      if (name === undefined) fail(malformed('a part has no name', 'part.name'));
      else if (info.valueTruncated || textBytes > limits.textBytes) fail(tooMuchText(limits.textBytes));
      else fields.addText(name, text);
    });
    parser.on('file', (name: string | undefined, stream, info) => {
      // The parser fails too whenever a part fails; this keeps the event from being an uncaught one.
      stream.on('error', () => undefined);
      if (failed || name === undefined) {
        stream.resume();
        fail(malformed('a part has no name', 'part.name'));
        return;
      }
      const fileName = info.filename ?? '';
      if (!fields.addFile(name, fileName)) {
        stream.resume();
        return;
      }
      const upload = receive(stream, { field: name, fileName });
      upload.catch(fail);
      uploads.push(upload);
    });
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
    parser.on('finish', () => {
      Promise.all(uploads).then((files) => resolve(fields.end(files)), fail);
    });
    request.on('data', (chunk: Buffer) => {
      totalBytes += chunk.length;
      if (totalBytes > limits.totalBytes) fail(tooLarge(limits.totalBytes));
    });
    request.once('close', () => {
      if (!request.readableEnded) fail(aborted());
    });
    request.pipe(parser);
  });
}

function makeParser(request: IncomingMessage, limits: FormLimits): busboy.Busboy {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.totalBytes) throw tooLarge(limits.totalBytes);
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { fieldSize: limits.textBytes + 1, fields: maxTextFields, files: limits.files },
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw malformed(
      `${lowerFirst(what.replace(/^Multipart: /, ''))} in the content type ${JSON.stringify(request.headers['content-type'])}. Let the HTTP client set the header, with its boundary`,
      'boundary',
      error,
    );
  }
}

function malformed(why: string, code: string, cause?: unknown): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Failed to read the multipart body: ${why}.`,
    violations: [{ location: 'body', code, message: why }],
    cause,
  });
}

function tooMuchText(limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    detail: `Failed to read the multipart body: its fields of text are longer than ${limit} bytes. Shorten them, or raise limits.jsonBytes.`,
    violations: [
      { location: 'body', code: 'limits.jsonBytes', message: `must have at most ${limit} bytes of text` },
    ],
  });
}

function tooLarge(limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    detail: `Failed to read the multipart body: it is longer than ${limit} bytes. Send less, or raise limits.uploadBytes.`,
    violations: [
      { location: 'body', code: 'limits.uploadBytes', message: `must have at most ${limit} bytes` },
    ],
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
