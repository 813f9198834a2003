import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';
import { parsePointer } from '../../core/json.ts';
import { type Position, TextLines } from '../../core/text-lines.ts';
import { maxDepth } from './parse-source.ts';

/** A node of a YAML text: where it begins, and what is in it. */
interface Place {
  readonly at: number;
  readonly keys: string[];
  readonly places: Place[];
}

/** Finds the positions of the parts of a YAML text. The text is read when the first place is asked for. */
export class YamlPlaces {
  readonly #text: string;
  readonly #lines: TextLines;
  #root: Place | null | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new TextLines(text);
  }

  /** The key or item at a JSON pointer, or the nearest part that exists. Null if the text is not valid YAML. */
  locate(pointer: string): Position | null {
    if (this.#root === undefined) this.#root = rootOf(this.#text);
    if (this.#root === null) return null;
    let place = this.#root;
    for (const token of parsePointer(pointer)) {
      const next = place.places[place.keys.lastIndexOf(token)];
      if (next === undefined) break;
      place = next;
    }
    return this.#lines.positionAt(place.at);
  }
}

function rootOf(text: string): Place | null {
  try {
    return placesOf(text, parseEvents(text, { maxDepth }));
  } catch {
    // Read leniently.
    return null;
  }
}

/** The first document of a text. Members begin at their keys. */
function placesOf(text: string, events: readonly Event[]): Place | null {
  const open: Place[] = [];
  const isMapping = new Set<Place>();
  let root: Place | null = null;
  /** The key whose value comes next. */
  let key: { readonly text: string; readonly at: number } | null = null;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      if (open.length === 0) break;
      continue;
    }
    const owner = open.at(-1);
    const start = startOf(event);
    if (owner !== undefined && isMapping.has(owner) && key === null && event.type === EVENT_ID.SCALAR) {
      key = { text: getScalarValue(text, event), at: start };
      continue;
    }
    const place: Place = { at: key?.at ?? (start < 0 ? (owner?.at ?? 0) : start), keys: [], places: [] };
    if (owner === undefined) root = place;
    else {
      owner.keys.push(key?.text ?? String(owner.places.length));
      owner.places.push(place);
    }
    key = null;
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      open.push(place);
      if (event.type === EVENT_ID.MAPPING) isMapping.add(place);
    } else if (owner === undefined) break;
  }
  return root;
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : -1;
}
