/** A body as it is sent. */
export interface EncodedBody {
  /** Sent as UTF-8. Raw bytes are the characters of a string, too: a contract has no other value for them. */
  readonly text: string;
  /** The value of `Content-Type`, with the boundary of a multipart body. */
  readonly contentType: string;
}

/** The ways in which bodies are written and read. `bytes`: everything else. */
export type MediaKind = 'json' | 'lines' | 'events' | 'urlencoded' | 'multipart' | 'xml' | 'text' | 'bytes';

/** JSON values one after the other: NDJSON, JSON Lines, and JSON text sequences (RFC 7464). */
const sequences: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json-seq',
]);

/** @param essence media type in lower case, without parameters */
export function mediaKind(essence: string): MediaKind {
  if (/^(application|text)\/json$|\+json$/.test(essence)) return 'json';
  if (sequences.has(essence) || essence.endsWith('+json-seq')) return 'lines';
  if (essence === 'text/event-stream') return 'events';
  if (essence === 'application/x-www-form-urlencoded') return 'urlencoded';
  if (essence.startsWith('multipart/')) return 'multipart';
  if (/^(application|text)\/xml$|\+xml$/.test(essence)) return 'xml';
  return essence.startsWith('text/') || texts.has(essence) ? 'text' : 'bytes';
}

const texts: ReadonlySet<string> = new Set([
  'application/yaml',
  'application/x-yaml',
  'application/graphql',
  'application/javascript',
  'application/jwt',
  'application/sql',
]);

/**
 * A media type to send in place of a range: `*\/*` → `application/json`, `text/*` → `text/plain`,
 * `application/*+json` → `application/vnd.example+json`.
 */
export function concreteMediaType(mediaType: string): string {
  if (!mediaType.includes('*')) return mediaType;
  if (mediaType.includes('*+')) return mediaType.replace('*', 'vnd.example');
  const type = mediaType.slice(0, mediaType.indexOf('/'));
  if (type === 'text') return 'text/plain';
  if (type === 'image') return 'image/png';
  return type === 'multipart' ? 'multipart/form-data' : 'application/json';
}

/** `application/json; charset=utf-8` → `application/json`. */
export function essenceOf(mediaType: string): string {
  const end = mediaType.indexOf(';');
  return (end === -1 ? mediaType : mediaType.slice(0, end)).trim().toLowerCase();
}

/** The key of `content`: `*` alone, which is no media range (RFC 9110 §12.5.1), stands for any type. */
export function mediaRangeOf(key: string): string {
  const essence = essenceOf(key);
  return essence === '*' ? '*/*' : essence;
}
