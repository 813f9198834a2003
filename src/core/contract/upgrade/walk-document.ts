import { type JsonValue, pointerOf } from '../../json.ts';
import { type ObjectKind, ruleOf, type Shape, single } from './object-kinds.ts';

type Members = Record<string, JsonValue>;

/** An object of a document, for one that changes it. */
export interface Node {
  readonly value: Members;
  readonly kind: ObjectKind;
  readonly shape: Shape;
  readonly key: string;
  readonly parent: Node | null;
}

/**
 * Visits the objects of a document that OpenAPI knows, each before what is in it: a visitor may change what is inside.
 * It does not recurse, and does not enter data and extensions.
 */
export function walkDocument(document: Members, visit: (node: Node) => void): void {
  const stack: Node[] = [{ value: document, kind: 'document', shape: 'one', key: '', parent: null }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit(node);
    const { value, kind, shape, key: owner } = node;
    const keys = Object.keys(value);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string;
      const child = value[key];
      if (typeof child !== 'object' || child === null) continue;
      const rule = shape === 'one' ? ruleOf(kind, key, value) : single(kind);
      if (rule.kind === 'data' || rule.kind === 'plain') continue;
      if (shape === 'map' && (owner === 'paths' || owner === 'responses') && key.startsWith('x-')) continue;
      // An array in place of one object holds such objects.
      const held = Array.isArray(child) ? 'list' : rule.shape;
      stack.push({ value: child as Members, kind: rule.kind, shape: held, key, parent: node });
    }
  }
}

export function pointerTo(node: Node, ...below: readonly string[]): string {
  const keys: string[] = [];
  for (let at: Node = node; at.parent !== null; at = at.parent) keys.push(at.key);
  return pointerOf([...keys.reverse(), ...below]);
}
