import { isJsonObject } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import type { HttpMethod } from '../contract.ts';
import { methods } from '../path-item.ts';
import { below, members, type Place } from '../place.ts';
import { laterKeys } from '../upgrade/later-keys.ts';
import type { ForeignDocument } from './foreign-document.ts';

/** One operation of a path item. */
export interface ItemOperation {
  readonly method: HttpMethod;
  readonly place: Place;
  /** The path item, and the one that its `$ref` points to. */
  readonly items: readonly Place[];
}

/** Whether the name of a field is one that holds an operation in a path item. */
export function isMethodField(key: string): boolean {
  return Object.hasOwn(methods, key.toLowerCase());
}

/**
 * The operations of a path item (OpenAPI 3.1 §4.8.9, 3.2 §4.9), in document order, with those under
 * {@link laterKeys}. Where it has a `$ref` and fields of
 * its own, its own operations replace those of its target.
 */
export function operationsOf(document: ForeignDocument, entry: Place): readonly ItemOperation[] {
  const items = itemsOf(document, entry);
  const found = new Map<HttpMethod, ItemOperation>();
  const add = (method: HttpMethod, at: Place): void => {
    const place = document.object(at, 'An operation');
    if (place === undefined || found.has(method)) return;
    found.set(method, { method, place, items });
  };
  for (const item of items) {
    for (const [key, child] of members(item)) {
      if (isMethodField(key)) {
        if (key !== key.toLowerCase())
          document.forgive(child, `The method ${quoted(key)} is read as "${key.toLowerCase()}".`);
        add(key.toUpperCase(), child);
      } else if (key === laterKeys.additionalOperations) {
        for (const [method, operation] of document.entries(child, 'object', `"${key}"`)) {
          add(method, operation);
        }
      }
    }
  }
  return [...found.values()];
}

function itemsOf(document: ForeignDocument, entry: Place): readonly Place[] {
  const items: Place[] = [];
  let place: Place | undefined = entry;
  while (place !== undefined && items.length < 10) {
    if (!isJsonObject(place.value)) {
      document.note('unsupported', place, 'A path item must be an object. It is ignored.');
      break;
    }
    items.push(place);
    place = below(place, '$ref') === undefined ? undefined : document.target(place);
  }
  return items;
}
