/** A `Content-Type` (RFC 9110 §8.3.1), read. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** The `charset` parameter in lower case, or null. */
  readonly charset: string | null;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const whole = new RegExp(`^\\s*(${token}/${token})\\s*(;.*)?$`, 's');
const charsetParameter = new RegExp(`;\\s*charset\\s*=\\s*(?:"([^"\\\\]*)"|(${token}))`, 'i');

/** Reads a `Content-Type`; null when it is not one. */
export function parseMediaType(text: string): MediaType | null {
  const match = whole.exec(text);
  if (match?.[1] === undefined) return null;
  const charset = match[2] === undefined ? null : charsetParameter.exec(match[2]);
  return {
    essence: match[1].toLowerCase(),
    charset: (charset?.[1] ?? charset?.[2])?.toLowerCase() ?? null,
  };
}

/** `application/json`, and what has the suffix `+json` (RFC 6839 §3.1). */
export function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json');
}
