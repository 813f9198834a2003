import type { IncomingMessage } from 'node:http';
import { essenceOf, mediaKind } from '../../core/contract/media/media-kind.ts';
import type { Violation } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { ReceivedFile, UnknownField } from '../../core/provider/provider.ts';
import type { Settings } from '../../core/settings.ts';
import { aborted } from './body-errors.ts';
import { type BodyPlan, type BodyReading, chooseReading } from './body-plan.ts';
import { decodeBody } from './decode-request.ts';
import { type Form, FormFields, type FormSink } from './form-fields.ts';
import { decodeMedia, keptBytes } from './media-body.ts';
import { MediaForm } from './media-form.ts';
import { parseJson } from './parse-json.ts';
import { readBytes } from './read-bytes.ts';
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
 * Reads the body of a request by the operation's plan, and validates it. Raw bytes are left to a handler that reads them.
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
  if (empty && (plan.untyped?.kind !== 'raw' || length === undefined)) return absent(plan, violations);
  const reading = chooseReading(plan, headers['content-type']);
  if (reading.kind === 'raw') {
    receiver.expectRaw();
    return noBody;
  }
  // Without this, a client that has disconnected already would not be noticed.
  if (source.request.destroyed) throw aborted();
  const contentType = headers['content-type'] ?? plan.accepted;
  const kind = reading.view === null ? null : mediaKind(essenceOf(contentType));
  const isForm = reading.kind === 'multipart' || (kind === 'multipart' && isFormData(contentType));
  const setting = isForm || kind === 'bytes' ? 'limits.uploadBytes' : 'limits.jsonBytes';
  const limit = { bytes: settings[setting], setting } as const;
  const stream = decodeBody(source.request, limit);
  source.invite();
  if (isForm) {
    const { sink, receive } = formSink(reading, settings, receiver);
    return fromForm(await readForm(stream, sink, formLimits(settings), receive), reading, violations);
  }
  const bytes = await readBytes(stream, limit, kind === 'bytes' ? keptBytes + 1 : undefined);
  if (bytes.length === 0) return absent(plan, violations);
  if (reading.kind === 'media' && reading.view !== null) {
    const { view, content } = reading;
    const encoding = content.media?.encoding;
    const maxDepth = settings['limits.jsonDepth'];
    const body = await decodeMedia({ contentType, bytes, view, encoding, maxDepth });
    if (kind !== 'bytes') validate(reading, body, violations);
    return { ...noBody, body };
  }
  if (reading.kind === 'urlencoded') return fromForm(parsePairs(bytes, reading), reading, violations);
  const body =
    reading.kind === 'json' ? parseJson(bytes, settings['limits.jsonDepth']) : bytes.toString('utf8');
  validate(reading, body, violations);
  return { ...noBody, body };
}

function isFormData(contentType: string): boolean {
  return essenceOf(contentType) === 'multipart/form-data';
}

function formSink(
  { view, content }: BodyReading,
  settings: Settings,
  receiver: FileReceiver,
): { readonly sink: FormSink; readonly receive: FilePartReceiver } {
  if (view === null) {
    return {
      sink: new FormFields(content),
      receive: (field, fileName) => receiver.receivePart(field, fileName),
    };
  }
  const sink = new MediaForm(view, content.media?.encoding, settings['limits.jsonBytes']);
  return { sink, receive: sink.receive };
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

function validate({ content, view }: BodyReading, body: unknown, violations: Violation[]): void {
  // Of any contract, all but raw bytes is checked, whether its handler reads it or not.
  const check = view === null || view.isBinary ? content.validate : (content.media ?? content).validate;
  for (const violation of check(body)) {
    violations.push({ ...violation, location: `body${violation.location}` });
  }
}
