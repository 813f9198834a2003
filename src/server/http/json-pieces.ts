import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { machinePace } from '../../platform/machine-time.ts';

/** A JSON array whose items are made one by one, while it is sent. */
export class JsonItems {
  readonly #items: Iterable<JsonItem> | AsyncIterable<JsonItem>;
  readonly #first: JsonItem[] = [];

  constructor(items: Iterable<JsonItem> | AsyncIterable<JsonItem>) {
    this.#items = items;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JsonItem> {
    for await (const item of this.#items) {
      if (this.#first.length < shownItems) this.#first.push(item);
      yield item;
    }
  }

  /** The first items that were made so far. */
  get first(): readonly JsonValue[] {
    return this.#first.map(startOf);
  }
}

/** A body that is never in memory as a whole: an array, or an object some of whose members are such arrays. */
export type JsonPieces = JsonItems | { readonly [name: string]: JsonValue | JsonItems };

type JsonItem = JsonValue | JsonPieces;

/** The number of items that represent a whole array when a response is compared with its contract. */
const shownItems = 10;

/** An array inside of an item that has more items than this is written in pieces, too. */
const mostAtOnce = 100;

/** The number of characters per write. */
const chunkLength = 64 * 1024;

/** The JSON text in chunks of about 64 KiB. Yields to other work every few milliseconds. */
export async function* jsonChunks(value: JsonPieces): AsyncGenerator<string> {
  let chunk = '';
  for await (const piece of piecesOf(value)) {
    chunk += piece;
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
    const pause = machinePace();
    if (pause !== undefined) await pause;
  }
  if (chunk !== '') yield chunk;
}

/** The value with the first items of its arrays, as far as they were made. */
export function startOf(value: JsonItem): JsonValue {
  if (value instanceof JsonItems) return value.first;
  if (!isJsonObject(value)) return value as JsonValue;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      member instanceof JsonItems ? member.first : member,
    ]),
  );
}

async function* piecesOf(value: JsonPieces): AsyncGenerator<string> {
  if (value instanceof JsonItems) {
    yield* itemPieces(value);
    return;
  }
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (member instanceof JsonItems) yield* itemPieces(member);
    else yield* valuePieces(member);
  }
  yield before === '{' ? '{}' : '}';
}

async function* itemPieces(items: JsonItems): AsyncGenerator<string> {
  let before = '[';
  for await (const item of items) {
    yield before;
    before = ',';
    if (hasItems(item)) yield* piecesOf(item);
    else yield* valuePieces(item as JsonValue);
  }
  yield before === '[' ? '[]' : ']';
}

function* valuePieces(value: JsonValue): Generator<string> {
  if (isLong(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      before = ',';
      yield* valuePieces(item);
    }
    yield ']';
  } else if (isJsonObject(value) && Object.values(value).some(isLong)) {
    yield* objectPieces(value);
  } else {
    yield JSON.stringify(value);
  }
}

function* objectPieces(value: JsonObject): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    yield* valuePieces(member);
  }
  yield '}';
}

function hasItems(item: JsonItem): item is JsonPieces {
  return isJsonObject(item) && Object.values(item).some((member) => member instanceof JsonItems);
}

function isLong(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value) && value.length > mostAtOnce;
}
