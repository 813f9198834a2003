import type { BodyContent, Operation } from '../../core/contract/contract.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonType, type MediaType, parseMediaType } from './media-type.ts';

/** How to read a body of one media type. */
export interface BodyReading {
  readonly kind: 'json' | 'multipart' | 'urlencoded' | 'text' | 'raw';
  readonly content: BodyContent;
}

/** How to read the bodies of an operation. Built once from its contract. */
export interface BodyPlan {
  readonly operation: Operation;
  readonly required: boolean;
  readonly exact: ReadonlyMap<string, BodyReading>;
  /** Readings of `type/*` and `*\/*`, by the prefix of the media type, the most specific first. */
  readonly ranges: readonly (readonly [prefix: string, reading: BodyReading])[];
  /** The reading of a body without a content type, if the operation accepts raw bytes only. */
  readonly untyped: BodyReading | null;
  /** The media types, for messages. */
  readonly accepted: string;
}

/** The plan of an operation, or null if it has no body. */
export function bodyPlan(operation: Operation): BodyPlan | null {
  const body = operation.requestBody;
  if (body === null) return null;
  const exact = new Map<string, BodyReading>();
  const ranges: [string, BodyReading][] = [];
  for (const [type, content] of body.content) {
    const reading: BodyReading = { kind: readingKind(type, content), content };
    if (type.endsWith('/*')) ranges.push([type === '*/*' ? '' : type.slice(0, -1), reading]);
    else exact.set(type, reading);
  }
  ranges.sort(([a], [b]) => b.length - a.length);
  const readings = [...exact.values(), ...ranges.map(([, reading]) => reading)];
  return {
    operation,
    required: body.required,
    exact,
    ranges,
    untyped: (readings.every((reading) => reading.kind === 'raw') ? readings.at(-1) : undefined) ?? null,
    accepted: [...body.content.keys()].join(' or '),
  };
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
  if (usual !== undefined && (end === -1 || usual.kind === 'raw' || usual.kind === 'multipart')) return usual;
  const shown = JSON.stringify(contentType.slice(0, 200));
  const type = parseMediaType(contentType);
  if (type === null) {
    if (plan.untyped !== null && plan.ranges.at(-1)?.[0] === '') return plan.untyped;
    throw unsupported(plan, `the malformed content type ${shown}`);
  }
  const reading = plan.exact.get(type.essence) ?? inRange(plan, type);
  if (reading === undefined) throw unsupported(plan, `the content type ${shown}`);
  if (reading.kind !== 'raw' && reading.kind !== 'multipart' && !isUnicode(type)) {
    throw unsupported(plan, `the charset "${type.charset}" in ${shown}; bodies are read as UTF-8`);
  }
  return reading;
}

function inRange(plan: BodyPlan, type: MediaType): BodyReading | undefined {
  return plan.ranges.find(([prefix]) => type.essence.startsWith(prefix))?.[1];
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
