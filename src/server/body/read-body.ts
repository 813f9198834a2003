import type { IncomingMessage } from 'node:http';
import { RingbackError, type Violation } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { ReceivedFile, UnknownField } from '../../core/provider/provider.ts';
import type { Settings } from '../../core/settings.ts';
import { guarded } from '../../platform/guarded.ts';
import { aborted, readingError } from './body-errors.ts';
import { type BodyPlan, type BodyReading, chooseReading } from './body-plan.ts';
import { type BodyStream, decodeBody } from './decode-request.ts';
import { type Form, FormFields } from './form-fields.ts';
import { parseJson } from './parse-json.ts';
import { type FilePartReceiver, readForm } from './read-form.ts';

/** A body that was read and validated. */
export interface ReadBody {
  readonly body: JsonValue | undefined;
  readonly files: readonly ReceivedFile[];
  readonly unknownFields: readonly UnknownField[];
}

export const noBody: ReadBody = { body: undefined, files: [], unknownFields: [] };

/** The source of a body: the request, and what to do before its first byte is read. */
export interface BodySource {
  readonly request: IncomingMessage;
  /** Asks the client for the body, if it waits for that (`Expect: 100-continue`). */
  invite(): void;
}

/** Receives the files of a body. */
export interface FileReceiver {
  readonly receivePart: FilePartReceiver;
  /** The body is raw bytes, which are not read yet. */
  expectRaw(): void;
}

/**
 * Reads the body of a request by the operation's plan, and validates it; raw bytes are left to the handler.
 * @param violations gets what the contract does not allow
 * @throws {RingbackError} `request.media-type`, `request.content-coding`, `request.malformed`, `request.too-large`,
 * `request.aborted`
 */
export async function readBody(
  source: BodySource,
  plan: BodyPlan,
  settings: Settings,
  receiver: FileReceiver,
  violations: Violation[],
): Promise<ReadBody> {
  const { headers } = source.request;
  const length = headers['content-length'];
  const empty = headers['transfer-encoding'] === undefined && Number(length ?? 0) === 0;
  // A length of 0 announces an empty file. Without any length there is no body (RFC 9112 §6.3).
  if (empty && (plan.untyped === null || length === undefined)) return absent(plan, violations);
  const reading = chooseReading(plan, headers['content-type']);
  if (reading.kind === 'raw') {
    receiver.expectRaw();
    return noBody;
  }
  // Without this, a client that has disconnected already would not be noticed.
  if (source.request.destroyed) throw aborted();
  const setting = reading.kind === 'multipart' ? 'limits.uploadBytes' : 'limits.jsonBytes';
  const stream = decodeBody(source.request, { bytes: settings[setting], setting });
  source.invite();
  if (reading.kind === 'multipart') {
    const form = await readForm(stream, reading.content, formLimits(settings), (field, fileName) =>
      receiver.receivePart(field, fileName),
    );
    return fromForm(form, reading, violations);
  }
  const bytes = await readBytes(stream, settings['limits.jsonBytes']);
  if (bytes.length === 0) return absent(plan, violations);
  if (reading.kind === 'urlencoded') return fromForm(parsePairs(bytes, reading), reading, violations);
  const body =
    reading.kind === 'json' ? parseJson(bytes, settings['limits.jsonDepth']) : bytes.toString('utf8');
  validate(reading, body, violations);
  return { ...noBody, body };
}

function formLimits(settings: Settings): Parameters<typeof readForm>[2] {
  return {
    textBytes: settings['limits.jsonBytes'],
    files: settings['limits.formFiles'],
    totalBytes: settings['limits.uploadBytes'],
  };
}

function absent(plan: BodyPlan, violations: Violation[]): ReadBody {
  if (plan.required) {
    violations.push({
      location: 'body',
      code: 'required',
      message: `is missing: a body of ${plan.accepted} is required`,
    });
  }
  return noBody;
}

function fromForm(form: Form, reading: BodyReading, violations: Violation[]): ReadBody {
  if (form.violations.length > 0) violations.push(...form.violations);
  validate(reading, form.validated, violations);
  return { body: form.body, files: form.files, unknownFields: form.unknownFields };
}

function parsePairs(bytes: Buffer, reading: BodyReading): Form {
  const fields = new FormFields(reading.content);
  for (const [name, text] of new URLSearchParams(bytes.toString('utf8'))) fields.addText(name, text);
  return fields.end([]);
}

function validate(reading: BodyReading, body: unknown, violations: Violation[]): void {
  for (const violation of reading.content.validate(body)) {
    violations.push({ ...violation, location: `body${violation.location}` });
  }
}

/** Reads a whole body. Stops at the limit, so that memory never holds more than that. */
function readBytes(stream: BodyStream, limit: number): Promise<Buffer> {
  const declared = Number(stream.headers['content-length'] ?? 0);
  if (declared > limit) return Promise.reject(tooLarge(limit, `${declared} bytes`));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = guarded((chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) {
        stream.off('data', onData);
        stream.pause();
        reject(tooLarge(limit, `more than ${limit} bytes`));
        return;
      }
      chunks.push(chunk);
    }, reject);
    const onClose = (): void => reject(aborted());
    const onEnd = guarded(() => {
      // `close` always follows `end`; without this, every request would allocate an unused error.
      stream.off('close', onClose);
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    }, reject);
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', onClose);
    stream.once('error', (error) => reject(readingError(error)));
  });
}

function tooLarge(limit: number, given: string): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting: 'limits.jsonBytes' },
    detail: `Could not read the body: it is too large. Got ${given}, expected at most ${limit}. Send less, or raise limits.jsonBytes.`,
    violations: [{ location: 'body', code: 'limits.jsonBytes', message: `must have at most ${limit} bytes` }],
  });
}
