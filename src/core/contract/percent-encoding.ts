/** Percent-encodes everything but unreserved characters (RFC 3986 §2.3), as RFC 6570 does. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, escapeOne);
}

/**
 * Percent-encodes what may not be in a URL: reserved characters and percent-encoded triples stay (RFC 6570 §3.2.3).
 * Those that would end a query parameter or the query are encoded.
 */
export function percentEncodeReserved(text: string): string {
  return encodeURI(text.toWellFormed())
    .replace(/%25([0-9a-f]{2})/gi, '%$1')
    .replace(/%5B/g, '[')
    .replace(/%5D/g, ']')
    .replace(/[&#+]/g, escapeOne);
}

function escapeOne(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

const utf8 = new TextDecoder();

/** Decodes percent-encoded UTF-8. A malformed part is read as U+FFFD or stays as it is, as most servers do. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      utf8.decode(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
    );
  }
}

/** Decodes a name or a value of a query string or a form: `+` is a space. */
export function formDecode(text: string): string {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}
