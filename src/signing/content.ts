import type { SignableRequest } from '../core/signing/signer.ts';

/** A request and when it is signed: what a signature is made of. */
export interface Content extends SignableRequest {
  /** Id of the delivery. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** What a signature adds to a request. */
export interface Signature {
  /** Headers with the signature itself. */
  readonly signature: Readonly<Record<string, string>>;
  /** Further headers, which belong to it. */
  readonly companions: Readonly<Record<string, string>>;
  /** The URL, if signing changes it. */
  readonly url?: string;
}

/** The bytes of the body. */
export function bytesOf({ body }: Pick<Content, 'body'>): Uint8Array {
  if (body === null) return new Uint8Array();
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** The URL as the consumer sees it: normalized, without user and password. */
export function visibleUrl({ url }: Pick<Content, 'url'>): URL {
  const visible = new URL(url);
  visible.username = '';
  visible.password = '';
  return visible;
}

/** The value of a header by its name in lower case. */
export function headerOf({ headers }: Pick<Content, 'headers'>, name: string): string | undefined {
  return Object.entries(headers).find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Whether the body is a form. */
export function isForm(content: Content): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headerOf(content, 'content-type') ?? '');
}

/** Names and values of a form, sorted by both, each pair once, without anything between them. Empty: no form. */
export function sortedForm(content: Content): string {
  if (!isForm(content)) return '';
  const pairs = [...new URLSearchParams(Buffer.from(bytesOf(content)).toString())];
  const sorted = pairs.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const unique = sorted.filter(([name, value], i) => {
    const before = sorted[i - 1];
    return before === undefined || before[0] !== name || before[1] !== value;
  });
  return unique.map(([name, value]) => name + value).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
