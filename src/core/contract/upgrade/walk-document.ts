import type { JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { pointerOf } from './file-references.ts';
import { type ObjectKind, type Rule, ruleOf, type Shape } from './object-kinds.ts';

/** An object of a document, for one that changes it. */
export interface Node {
  readonly value: Record<string, JsonValue>;
  readonly kind: ObjectKind;
  readonly shape: Shape;
  readonly key: string;
  readonly parent: Node | null;
}

/**
 * Visits the objects of a document that OpenAPI knows, each before what is in it: a visitor may change what is inside.
 * It does not recurse, and does not enter data and extensions.
 */
export function walkDocument(document: Record<string, JsonValue>, visit: (node: Node) => void): void {
  const stack: Node[] = [{ value: document, kind: 'document', shape: 'one', key: '', parent: null }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit(node);
    const { value, kind, shape, key: owner } = node;
    const keys = Object.keys(value);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string;
      const child = value[key];
      if (typeof child !== 'object' || child === null) continue;
      const isExtension = key.startsWith('x-') && (owner === 'paths' || owner === 'responses');
      const rule: Rule = shape === 'one' ? ruleOf(kind, key, value) : { kind, shape: 'one' };
      if (rule.kind === 'data' || rule.kind === 'plain' || (shape === 'map' && isExtension)) continue;
      // An array in place of one object holds such objects.
      if (isJsonObject(child) || Array.isArray(child)) {
        const held = Array.isArray(child) ? 'list' : rule.shape;
        stack.push({
          value: child as Record<string, JsonValue>,
          kind: rule.kind,
          shape: held,
          key,
          parent: node,
        });
      }
    }
  }
}

export function pointerTo(node: Node, ...below: readonly string[]): string {
  const keys: string[] = [];
  for (let at: Node = node; at.parent !== null; at = at.parent) keys.push(at.key);
  return pointerOf([...keys.reverse(), ...below]);
}
