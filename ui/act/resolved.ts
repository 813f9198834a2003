/** Plain JSON, of which only the parts that are looked at are known. */
export type Json = Readonly<Record<string, unknown>>;

/** Follows a reference within the document. One that leads nowhere is an empty object. */
export function resolved(document: Json, value: Json): Json {
  let found: unknown = value;
  for (let depth = 0; depth < 20; depth++) {
    const reference = (found as Json | undefined)?.$ref;
    if (typeof reference !== 'string') break;
    found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>(
        (part, key) =>
          (part as Json | undefined)?.[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')],
        document,
      );
  }
  return (found ?? {}) as Json;
}
