import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from 'yaml';
import { escapePointer, type JsonValue, parsePointer, setOwn } from '../json.ts';
import { quoted } from '../quoted.ts';
import type { Position } from '../text-lines.ts';
import type { Finding } from './schema-violations.ts';
import { maxDepth, maxValues, scriptExcess, yamlExcess } from './script-size.ts';

const tooDeep = `the script is nested too deeply, expected at most ${maxDepth} levels.`;

/** A finding whose place is already known, because it concerns the text itself. */
export interface TextFinding extends Position {
  readonly code: string;
  readonly message: string;
}

/** One document of a YAML text as a JSON value, with the positions of its parts. */
export interface LocatedDocument {
  readonly value: JsonValue;
  /** Place of a finding: of the value, of the key, or of the nearest part that exists. */
  locate(finding: Pick<Finding, 'pointer' | 'atKey'>): Position;
}

/**
 * Reads the documents of a YAML 1.2 text as JSON values. Its size is checked before it is parsed.
 * Aliases are resolved within bounds: circular or exponential ones are findings and cannot block the process.
 */
export function readYaml(text: string): { documents: LocatedDocument[]; findings: TextFinding[] } {
  const refuse = (code: string, message: string) => ({
    documents: [],
    findings: [{ line: 1, column: 1, code, message }],
  });
  const excess = scriptExcess(text) ?? yamlExcess(text);
  if (excess !== null) return refuse(excess.code, excess.message);
  try {
    return readDocuments(text);
  } catch (error) {
    // Parsing and visiting are recursive. Real scripts are never nested this deep.
    if (error instanceof RangeError) return refuse('script.too-deep', tooDeep);
    throw error;
  }
}

function readDocuments(text: string): ReturnType<typeof readYaml> {
  const findings: TextFinding[] = [];
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The parser's own check compares every pair of keys; NodeReader does it in one pass.
    uniqueKeys: false,
    resolveKnownTags: false,
  }) as readonly Document.Parsed[];
  if (parsed.length === 0) {
    const message = 'the script is empty, expected a scenario with at least name and provider.';
    findings.push({ line: 1, column: 1, code: 'script.empty', message });
  }
  const documents: LocatedDocument[] = [];
  for (const document of parsed) {
    const problems = [...document.errors, ...document.warnings];
    for (const problem of problems) {
      const deep = problem.code === 'RESOURCE_EXHAUSTION';
      findings.push({
        ...positionAt(problem.pos[0]),
        code: deep ? 'script.too-deep' : 'script.syntax',
        message: deep ? tooDeep : sentence(problem.message),
      });
    }
    if (problems.length > 0) continue;
    const root = document.contents as Node | null;
    if (root === null || (isScalar(root) && root.value === null)) {
      const message =
        'the document is empty, expected a scenario. Remove the `---` that starts it, or write one.';
      findings.push({ ...positionAt(document.range[0]), code: 'script.empty', message });
      continue;
    }
    const reader = new NodeReader(document, positionAt);
    const value = reader.read(root);
    findings.push(...reader.findings);
    if (reader.findings.length === 0)
      documents.push({ value, locate: (finding) => reader.locate(root, finding) });
  }
  return { documents, findings };
}

function sentence(message: string): string {
  const first = message.split('\n')[0] ?? message;
  return first.endsWith('.') ? first : `${first}.`;
}

class NodeReader {
  readonly findings: TextFinding[] = [];
  readonly #positionAt: (offset: number) => Position;
  readonly #targets = new Map<Node, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(document: Document.Parsed, positionAt: (offset: number) => Position) {
    this.#positionAt = positionAt;
    const anchors = new Map<string, Node>();
    // An alias refers to the last node before it with its anchor (YAML 1.2.2 §3.2.2.2).
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target !== undefined) this.#targets.set(node, target);
        } else if (node.anchor !== undefined) {
          anchors.set(node.anchor, node as Node);
        }
      },
    });
  }

  read(node: Node | null, depth = 0): JsonValue {
    if (this.findings.length > 0 || node === null) return null;
    if (++this.#values > maxValues) {
      return this.#refuse(
        node,
        'script.too-large',
        `the document has more than ${maxValues} values with its aliases.`,
      );
    }
    if (depth > maxDepth) {
      return this.#refuse(node, 'script.too-deep', `the script is nested deeper than ${maxDepth} levels.`);
    }
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target === undefined) {
        return this.#refuse(
          node,
          'script.alias',
          `the alias *${node.source} has no anchor &${node.source} before it.`,
        );
      }
      if (this.#open.has(target)) {
        return this.#refuse(
          node,
          'script.loop',
          `the alias *${node.source} refers to a node that contains it: a loop.`,
        );
      }
      return this.read(target, depth);
    }
    this.#open.add(node);
    const value = this.#readPlain(node, depth);
    this.#open.delete(node);
    return value;
  }

  #readPlain(node: Node, depth: number): JsonValue {
    if (isMap(node)) {
      const result: Record<string, JsonValue> = {};
      for (const pair of node.items) {
        const key = keyText(pair.key);
        if (Object.hasOwn(result, key)) {
          return this.#refuse(
            pair.key as Node,
            'script.duplicate-key',
            `the key ${quoted(key)} occurs twice.`,
          );
        }
        setOwn(result, key, this.read(pair.value as Node | null, depth + 1));
      }
      return result;
    }
    if (isSeq(node)) return node.items.map((item) => this.read(item as Node | null, depth + 1));
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#refuse(node, 'script.value', `got ${String(value)}, expected a JSON value.`);
  }

  #refuse(node: Node, code: string, message: string): null {
    this.findings.push({ ...this.#positionOf(node), code, message });
    return null;
  }

  #positionOf(node: Node): Position {
    return this.#positionAt(node.range?.[0] ?? 0);
  }

  locate(root: Node, { pointer, atKey }: Pick<Finding, 'pointer' | 'atKey'>): Position {
    let node: Node = root;
    let place: Node = root;
    const tokens = parsePointer(pointer);
    for (const [index, token] of tokens.entries()) {
      const container = isAlias(node) ? (this.#targets.get(node) ?? node) : node;
      let next: Node | null = null;
      if (isMap(container)) {
        const pair = container.items.find((item) => keyText(item.key) === token);
        if (pair === undefined) break;
        next = pair.value as Node | null;
        // A key without a value has no node of its own.
        place = (atKey && index === tokens.length - 1) || next === null ? (pair.key as Node) : next;
      } else if (isSeq(container)) {
        next = (container.items[Number(token)] ?? null) as Node | null;
        place = next ?? place;
      }
      if (next === null) break;
      node = next;
    }
    return this.#positionOf(place);
  }
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/**
 * Makes sure that a value from a program can be written as JSON, within the bounds of a script.
 * Properties that are `undefined` are left out, as in JSON.
 */
export function readValue(value: unknown): { value: JsonValue; findings: Finding[] } {
  const findings: Finding[] = [];
  const open = new Set<object>();
  let values = 0;
  const refuse = (pointer: string, code: string, message: string): null => {
    findings.push({ pointer, atKey: false, code, message });
    return null;
  };
  const read = (item: unknown, pointer: string, depth: number): JsonValue => {
    if (++values > maxValues)
      return findings.length > 0
        ? null
        : refuse(pointer, 'script.too-large', `the value has more than ${maxValues} parts.`);
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    if (typeof item === 'number' && Number.isFinite(item)) return item;
    if (typeof item !== 'object' || !isPlain(item)) {
      return refuse(
        pointer,
        'script.value',
        `got ${typeof item === 'object' ? 'an object of a class' : String(item)}, expected a JSON value.`,
      );
    }
    if (open.has(item)) return refuse(pointer, 'script.loop', 'the value contains itself: a loop.');
    if (depth > maxDepth)
      return refuse(pointer, 'script.too-deep', `the value is nested deeper than ${maxDepth} levels.`);
    open.add(item);
    let result: JsonValue;
    if (Array.isArray(item)) {
      result = item.map((entry, index) => read(entry, `${pointer}/${index}`, depth + 1));
    } else {
      const members: Record<string, JsonValue> = {};
      for (const [key, member] of Object.entries(item)) {
        if (member !== undefined)
          setOwn(members, key, read(member, `${pointer}/${escapePointer(key)}`, depth + 1));
      }
      result = members;
    }
    open.delete(item);
    return result;
  };
  return { value: read(value, '', 0), findings };
}

function isPlain(item: object): boolean {
  if (Array.isArray(item)) return true;
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
