import {
  type Alias,
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParseOptions,
  parseAllDocuments,
  parseDocument,
  type SchemaOptions,
  visit,
} from 'yaml';
import { type JsonValue, setOwn } from './json.ts';
import { quoted } from './quoted.ts';
import { TextLines } from './text-lines.ts';
import {
  findPart,
  type LocatedDocument,
  type Part,
  type TextProblem,
  type TextReading,
  type TextRules,
} from './text-reading.ts';

/** Implements `readText` for YAML 1.2. */
export function readYaml(text: string, rules: TextRules): TextReading {
  const reading: TextReading = { documents: [], problems: [], forgiven: [] };
  const lines = new TextLines(text);
  const refuse = (offset: number, code: TextProblem['code'], message: string): void => {
    reading.problems.push({ ...lines.positionAt(offset), code, message });
  };
  const excess = rules.yamlExcess?.(text) ?? null;
  if (excess !== null) {
    refuse(0, 'too-large', excess);
    return reading;
  }
  const tooDeep = `is nested deeper than ${rules.maxDepth} levels`;
  const { meanings } = rules;
  try {
    const options = meanings === undefined ? strict : lenient;
    const documents =
      rules.several === true ? parseAllDocuments(text, options) : [parseDocument(text, options)];
    for (const document of documents as readonly Document.Parsed[]) {
      const before = reading.problems.length;
      for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
        const meaning = meanings?.get(code);
        if (meaning !== undefined) reading.forgiven.push({ ...lines.positionAt(pos[0]), message: meaning });
        else if (code === 'RESOURCE_EXHAUSTION') refuse(pos[0], 'too-deep', tooDeep);
        else refuse(pos[0], 'syntax', message.replace(/\.?\n.*|\.$/s, ''));
      }
      if (reading.problems.length > before) continue;
      const targets = targetsOf(document);
      const locate = locatorOf(document, targets, lines);
      if (meanings !== undefined) {
        reading.documents.push({ value: document.toJS({ maxAliasCount: -1 }) as JsonValue, locate });
        continue;
      }
      const reader = new NodeReader(targets, rules);
      const value = reader.read(document.contents);
      const { problem } = reader;
      if (problem === null) reading.documents.push({ value, locate });
      else refuse(startOf(problem.node), problem.code, problem.message);
    }
    return reading;
  } catch (error) {
    // Parsing and visiting are recursive. Real documents are never nested this deep.
    if (error instanceof RangeError) refuse(0, 'too-deep', tooDeep);
    // What the parser finds only when it makes values, such as an alias without an anchor.
    else if (meanings !== undefined && error instanceof Error) refuse(0, 'syntax', error.message);
    else throw error;
    return { ...reading, documents: [] };
  }
}

type Options = ParseOptions & DocumentOptions & SchemaOptions;

const strict: Options = {
  prettyErrors: false,
  stringKeys: true,
  // The parser compares every pair of keys. NodeReader finds a key that occurs twice in one pass.
  uniqueKeys: false,
  resolveKnownTags: false,
};

const lenient: Options = {
  prettyErrors: false,
  strict: false,
  merge: true,
  logLevel: 'silent',
  // `!!binary` stays base64 text, as in JSON.
  customTags: [{ tag: 'tag:yaml.org,2002:binary', resolve: (text: string) => text.replace(/\s+/g, '') }],
};

type Targets = ReadonlyMap<Node, Node>;

/** An alias refers to the last node before it with its anchor (YAML 1.2.2 §3.2.2.2). */
function targetsOf(document: Document.Parsed): Targets {
  const targets = new Map<Node, Node>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node as Node);
      }
    },
  });
  return targets;
}

/** Makes a JSON value of a node, within bounds. The first problem ends it. */
class NodeReader {
  problem: (Pick<TextProblem, 'code' | 'message'> & { readonly node: Node }) | null = null;
  readonly #targets: Targets;
  readonly #rules: TextRules;
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(targets: Targets, rules: TextRules) {
    this.#targets = targets;
    this.#rules = rules;
  }

  read(node: Node | null, depth = 0): JsonValue {
    if (this.problem !== null || node === null) return null;
    const { maxDepth, maxValues } = this.#rules;
    if (++this.#values > maxValues)
      return this.#refuse(node, 'too-large', `has more than ${maxValues} values with its aliases`);
    if (depth > maxDepth) return this.#refuse(node, 'too-deep', `is nested deeper than ${maxDepth} levels`);
    if (isAlias(node)) return this.#readAlias(node, depth);
    this.#open.add(node);
    const value = this.#readPlain(node, depth);
    this.#open.delete(node);
    return value;
  }

  #readAlias(node: Alias, depth: number): JsonValue {
    const target = this.#targets.get(node);
    if (target === undefined)
      return this.#refuse(node, 'alias', `the alias *${node.source} has no anchor before it`);
    if (this.#open.has(target)) {
      const message = `the alias *${node.source} refers to a node that contains it: a loop`;
      return this.#refuse(node, 'loop', message);
    }
    return this.read(target, depth);
  }

  #readPlain(node: Node, depth: number): JsonValue {
    if (isMap(node)) {
      const result: Record<string, JsonValue> = {};
      for (const pair of node.items) {
        const key = keyText(pair.key);
        if (Object.hasOwn(result, key))
          return this.#refuse(pair.key as Node, 'duplicate-key', `the key ${quoted(key)} occurs twice`);
        setOwn(result, key, this.read(pair.value as Node | null, depth + 1));
      }
      return result;
    }
    if (isSeq(node)) return node.items.map((item) => this.read(item as Node | null, depth + 1));
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#refuse(node, 'value', `got ${String(value)}, expected a JSON value`);
  }

  #refuse(node: Node, code: TextProblem['code'], message: string): null {
    this.problem ??= { node, code, message };
    return null;
  }
}

interface NodePart extends Part {
  readonly node: Node | null;
}

function locatorOf(document: Document.Parsed, targets: Targets, lines: TextLines): LocatedDocument['locate'] {
  const node = document.contents;
  const isEmpty = node === null || (isScalar(node) && node.value === null);
  const start = isEmpty ? document.range[0] : startOf(node);
  const root: NodePart = { key: '', keyAt: start, valueAt: start, node };
  return ({ pointer, atKey }) => {
    const part = findPart(root, (within) => partsOf(within, targets), pointer);
    return lines.positionAt(atKey ? part.keyAt : part.valueAt);
  };
}

function partsOf({ node, valueAt }: NodePart, targets: Targets): NodePart[] {
  const container = node !== null && isAlias(node) ? targets.get(node) : node;
  if (isMap(container)) {
    return container.items.map(({ key, value }) => {
      const keyAt = startOf(key as Node);
      // A key without a value has no node of its own.
      return {
        key: keyText(key),
        keyAt,
        valueAt: startOf(value as Node | null, keyAt),
        node: value as Node | null,
      };
    });
  }
  if (!isSeq(container)) return [];
  return (container.items as (Node | null)[]).map((item, index) => {
    const at = startOf(item, valueAt);
    return { key: String(index), keyAt: at, valueAt: at, node: item };
  });
}

function startOf(node: Node | null, without = 0): number {
  return node?.range?.[0] ?? without;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
