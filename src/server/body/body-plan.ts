import type { BodyContent, Operation } from '../../core/contract/contract.ts';
import { mediaKind } from '../../core/contract/media/media-kind.ts';
import { SchemaView } from '../../core/contract/schema-view.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { isJsonType, type MediaType, parseMediaType } from './media-type.ts';

/** How to read a body of one media type. */
export interface BodyReading {
  /** `media`: by the media type that was sent. */
  readonly kind: 'json' | 'multipart' | 'urlencoded' | 'text' | 'raw' | 'media';
  readonly content: BodyContent;
  /** The schema of a `media` body. Null for the others. */
  readonly view: SchemaView | null;
}

/** Media types that start and end alike. */
interface MediaRange {
  readonly start: string;
  readonly end: string;
  readonly reading: BodyReading;
}

/** How to read the bodies of an operation. Built once from its contract. */
export interface BodyPlan {
  readonly operation: Operation;
  readonly required: boolean;
  readonly exact: ReadonlyMap<string, BodyReading>;
  /** Readings of `type/*`, `type/*+json` and `*\/*`, the most specific first. */
  readonly ranges: readonly MediaRange[];
  /** The reading of a body without a content type, if the operation accepts raw bytes only. */
  readonly untyped: BodyReading | null;
  /** The media types, for messages. */
  readonly accepted: string;
}

/**
 * The plan of an operation, or null if it has no body.
 * @param document the contract whose media types are all read, whatever they are. Null for the bundled providers, whose
 *   handlers read raw bytes themselves
 */
export function bodyPlan(operation: Operation, document: JsonObject | null): BodyPlan | null {
  const body = operation.requestBody;
  if (body === null) return null;
  const exact = new Map<string, BodyReading>();
  const ranges: MediaRange[] = [];
  for (const [type, content] of body.content) {
    const reading = document === null ? plainReading(type, content) : mediaReading(type, content, document);
    const [start = '', end] = type === '*/*' ? ['', ''] : type.split('*');
    if (end !== undefined) ranges.push({ start, end, reading });
    else exact.set(type, reading);
  }
  ranges.sort((a, b) => b.start.length + b.end.length - a.start.length - a.end.length);
  const readings = [...exact.values(), ...ranges.map(({ reading }) => reading)];
  return {
    operation,
    required: body.required,
    exact,
    ranges,
    untyped: untypedReading(readings),
    accepted: [...body.content.keys()].join(' or '),
  };
}

/** A body without a content type is raw bytes, or of the only media type that there is. */
function untypedReading(readings: readonly BodyReading[]): BodyReading | null {
  const [only] = readings;
  if (readings.length === 1 && only !== undefined && only.view !== null) return only;
  return (readings.every((reading) => reading.kind === 'raw') ? readings.at(-1) : undefined) ?? null;
}

function plainReading(type: string, content: BodyContent): BodyReading {
  return { kind: readingKind(type, content), content, view: null };
}

function mediaReading(type: string, content: BodyContent, document: JsonObject): BodyReading {
  const view = new SchemaView(content.media?.schema, document);
  return { kind: mediaKind(type) === 'json' ? 'json' : 'media', content, view };
}

function readingKind(type: string, content: BodyContent): BodyReading['kind'] {
  if (content.binary) return 'raw';
  if (isJsonType(type)) return 'json';
  if (type === 'multipart/form-data') return 'multipart';
  return type === 'application/x-www-form-urlencoded' ? 'urlencoded' : 'text';
}

/**
 * Chooses how to read a body by its `Content-Type`.
 * @throws {RingbackError} `request.media-type`
 */
export function chooseReading(plan: BodyPlan, contentType: string | undefined): BodyReading {
  if (contentType === undefined || contentType === '') {
    if (plan.untyped !== null) return plan.untyped;
    throw unsupported(plan, 'no content type');
  }
  const end = contentType.indexOf(';');
  const usual = plan.exact.get(end === -1 ? contentType : contentType.slice(0, end));
  // Of what comes after it, only a charset could matter.
  if (usual !== undefined && (end === -1 || keepsCharset(usual))) return usual;
  const shown = JSON.stringify(contentType.slice(0, 200));
  const type = parseMediaType(contentType);
  if (type === null) {
    if (plan.untyped !== null && plan.ranges.at(-1)?.start === '') return plan.untyped;
    throw unsupported(plan, `the malformed content type ${shown}`);
  }
  const reading = plan.exact.get(type.essence) ?? inRange(plan, type);
  if (reading === undefined) throw unsupported(plan, `the content type ${shown}`);
  if (!keepsCharset(reading) && !isUnicode(type)) {
    throw unsupported(plan, `the charset "${type.charset}" in ${shown}; bodies are read as UTF-8`);
  }
  return reading;
}

/** Whether the charset does not matter yet. */
function keepsCharset({ kind }: BodyReading): boolean {
  return kind === 'raw' || kind === 'multipart' || kind === 'media';
}

function inRange(plan: BodyPlan, type: MediaType): BodyReading | undefined {
  const { essence } = type;
  return plan.ranges.find(({ start, end }) => essence.startsWith(start) && essence.endsWith(end))?.reading;
}

function isUnicode(type: MediaType): boolean {
  return type.charset === null || /^(utf-?8|us-ascii)$/.test(type.charset);
}

function unsupported(plan: BodyPlan, given: string): RingbackError {
  return new RingbackError('request.media-type', {
    details: { accepted: plan.accepted },
    detail: `Could not read the body of ${plan.operation.id}. Got ${given}, expected ${plan.accepted}.`,
    violations: [
      { location: 'header/content-type', code: 'content-type', message: `must be ${plan.accepted}` },
    ],
  });
}
