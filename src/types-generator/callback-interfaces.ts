import type { CallbackPayload } from './callback-payloads.ts';
import type { FoldedDocument, OperationCallback, OperationPlace } from './fold-callbacks.ts';
import type { GeneratorPeers, InterfaceNode, SyntaxNode } from './peers.ts';

/** Prefix of the names under which callbacks pass through openapi-typescript as webhooks. No contract contains it. */
export const mark = '\u0000callback ';

interface Callbacks extends Pick<FoldedDocument, 'callbacks' | 'places'> {
  readonly payloads: readonly CallbackPayload[];
}

/**
 * Moves the callbacks from the webhooks into an interface of their own, by operation and name, and adds the interface of
 * the payloads.
 */
export function withCallbacks(
  nodes: readonly SyntaxNode[],
  { callbacks, payloads, places }: Callbacks,
  peers: GeneratorPeers,
): readonly SyntaxNode[] {
  const { factory, SyntaxKind } = peers.typescript;
  const isWebhooks = (node: SyntaxNode): node is InterfaceNode =>
    node.kind === SyntaxKind.InterfaceDeclaration && (node as InterfaceNode).name?.text === 'webhooks';
  const all = nodes.find(isWebhooks);
  if (all === undefined) return nodes;
  const { modifiers, members } = all;
  const { access, property } = syntax(peers);
  const declare = (name: string, own: readonly SyntaxNode[]): SyntaxNode =>
    factory.createInterfaceDeclaration(modifiers, name, undefined, undefined, own);

  const webhooks = members.filter(({ name }) => name?.text?.startsWith(mark) !== true);
  const typeOf = new Map(
    members.map((member) => [member.name?.text, (member as { type?: SyntaxNode }).type]),
  );
  const unknown = factory.createTypeLiteralNode([]);
  const shared = (item: OperationPlace['item'], ...keys: readonly string[]): SyntaxNode => {
    if (item.kind === 'webhook') return access('webhooks', item.name, ...keys);
    const first = callbacks[item.index];
    return first === undefined ? unknown : access('callbacks', first.operation, first.name, ...keys);
  };
  const itemType = ({ item }: OperationCallback, index: number): SyntaxNode =>
    item.kind === 'own' ? (typeOf.get(`${mark}${index}`) ?? unknown) : shared(item);

  const payloadType = ({ payload }: CallbackPayload): SyntaxNode => {
    if (payload.kind === 'none') return factory.createLiteralTypeNode(factory.createNull());
    if (payload.kind === 'schema') return access('components', 'schemas', payload.name);
    const place = places.get(payload.operation);
    // Methods of OpenAPI 3.2, and webhooks of a path, have no types.
    if (place === undefined) return factory.createKeywordTypeNode(SyntaxKind.UnknownKeyword);
    const { item, method } = place;
    const part = payload.kind === 'query' ? ['parameters', 'query'] : ['requestBody'];
    const whole = factory.createTypeReferenceNode('NonNullable', [shared(item, method, ...part)]);
    return payload.kind === 'query' ? whole : access(whole, 'content', payload.mediaType);
  };

  const byOperation = Map.groupBy(
    callbacks.map((callback, index) => ({ ...callback, type: itemType(callback, index) })),
    ({ operation }) => operation,
  );
  const operations = [...byOperation].map(([operation, own]) =>
    property(operation, factory.createTypeLiteralNode(own.map(({ name, type }) => property(name, type)))),
  );
  const rest =
    webhooks.length > 0
      ? declare('webhooks', webhooks)
      : factory.createTypeAliasDeclaration(
          modifiers,
          'webhooks',
          undefined,
          factory.createTypeReferenceNode('Record', [
            factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
            factory.createTypeReferenceNode('never'),
          ]),
        );
  const own = [
    rest,
    ...(callbacks.length > 0 ? [declare('callbacks', operations)] : []),
    declare(
      'CallbackPayloads',
      payloads.map((payload) => property(payload.callback, payloadType(payload))),
    ),
  ];
  return nodes.flatMap((node) => (node === all ? own : [node]));
}

function syntax({ typescript: { factory } }: GeneratorPeers) {
  return {
    /** `root["a"]["b"]` */
    access: (root: string | SyntaxNode, ...keys: readonly string[]): SyntaxNode =>
      keys.reduce<SyntaxNode>(
        (object, key) =>
          factory.createIndexedAccessTypeNode(
            object,
            factory.createLiteralTypeNode(factory.createStringLiteral(key)),
          ),
        typeof root === 'string' ? factory.createTypeReferenceNode(root) : root,
      ),
    property: (name: string, type: SyntaxNode): SyntaxNode => {
      const key = /^[A-Za-z_$][\w$]*$/.test(name)
        ? factory.createIdentifier(name)
        : factory.createStringLiteral(name);
      return factory.createPropertySignature(undefined, key, undefined, type);
    },
  };
}
