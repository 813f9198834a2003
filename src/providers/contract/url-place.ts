import type { CallbackType } from '../../core/contract/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** Where the URL of a callback reads something in a request. */
export interface RequestPlace {
  readonly in: 'body' | 'query' | 'header' | 'path';
  /** A JSON pointer, or the name of a parameter. */
  readonly name: string;
  /** Whether the URL begins with it. */
  readonly isUrl: boolean;
}

export function requestPlaces({ reading }: CallbackType): readonly RequestPlace[] {
  const found = (reading ?? '').matchAll(
    /(\{?)\$request\.(?:body#([^{}]*)|(query|header|path)\.([^{}]+))\}?/g,
  );
  return [...found].map(({ index, 2: pointer = '', 3: place, 4: name }) =>
    name === undefined
      ? { in: 'body', name: pointer, isUrl: index === 0 }
      : { in: place as RequestPlace['in'], name, isUrl: index === 0 },
  );
}

export type UrlPlace = Omit<RequestPlace, 'isUrl'>;

/** Where the URL of a callback begins in a request. */
export function urlPlaces(type: CallbackType): readonly UrlPlace[] {
  return requestPlaces(type).filter(({ isUrl }) => isUrl);
}

/** The value with another one at a pointer. Missing objects on the way are made. */
export function withAt(
  value: JsonValue | undefined,
  [token, ...rest]: readonly string[],
  set: JsonValue,
): JsonValue {
  if (token === undefined) return set;
  if (Array.isArray(value) && /^\d+$/.test(token)) {
    return Object.assign([...value], { [Number(token)]: withAt(value[Number(token)], rest, set) });
  }
  const object: JsonObject = isJsonObject(value) ? value : {};
  return { ...object, [token]: withAt(object[token], rest, set) };
}
