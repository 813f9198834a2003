import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import { type Position, TextLines } from '../../core/text-lines.ts';
import { findPart, type Part, type PartName } from '../../core/text-reading.ts';

/** A node of a YAML text, and what is in it. */
interface Node extends Part {
  readonly parts: Node[];
}

/** Finds the positions of the parts of a string that js-yaml has parsed. It is parsed again at the first call. */
export class YamlPlaces {
  readonly #text: string;
  readonly #lines: TextLines;
  #root: Node | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new TextLines(text);
  }

  /** The value, the key, or the nearest part that exists. */
  locate({ pointer, atKey }: PartName): Position {
    this.#root ??= rootOf(this.#text);
    const { keyAt, valueAt } = findPart(this.#root, ({ parts }) => parts, pointer);
    return this.#lines.positionAt(atKey ? keyAt : valueAt);
  }
}

/** The first document of a string. */
function rootOf(text: string): Node {
  const open: Node[] = [];
  const mappings = new Set<Node>();
  let root: Node = { key: '', keyAt: 0, valueAt: 0, parts: [] };
  /** The key whose value comes next. */
  let key: { readonly text: string; readonly at: number } | null = null;
  for (const event of parseEvents(text, { maxDepth: Infinity })) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      if (open.length === 0) break;
      continue;
    }
    const owner = open.at(-1);
    const start = startOf(event);
    if (owner !== undefined && mappings.has(owner) && key === null && event.type === EVENT_ID.SCALAR) {
      key = { text: getScalarValue(text, event), at: start };
      continue;
    }
    const valueAt = start < 0 ? (key?.at ?? owner?.valueAt ?? 0) : start;
    const node: Node = {
      key: key?.text ?? String(owner?.parts.length ?? ''),
      keyAt: key?.at ?? valueAt,
      valueAt,
      parts: [],
    };
    if (owner === undefined) root = node;
    else owner.parts.push(node);
    key = null;
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      open.push(node);
      if (event.type === EVENT_ID.MAPPING) mappings.add(node);
    } else if (owner === undefined) break;
  }
  return root;
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) {
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return isQuoted ? event.valueStart - 1 : event.valueStart;
  }
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : -1;
}
