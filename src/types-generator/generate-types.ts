import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, setOwn } from '../core/json.ts';
import { foldCallbacks, type OperationCallback } from './fold-callbacks.ts';
import type { GeneratorPeers, InterfaceNode, SyntaxNode } from './peers.ts';
import { knownValues } from './simplify.ts';

/** Prefix of the names under which callbacks pass through openapi-typescript as webhooks. No contract contains it. */
const mark = '\u0000callback ';

/**
 * Generates the types of an OpenAPI 3.1 document: the output of openapi-typescript (`paths`, `webhooks`, `components`,
 * `operations`), and an interface `callbacks` with the path items of the callbacks (OpenAPI 3.1 §4.8.18) by operation
 * and name.
 * @param source from `loadDocument`. It is changed
 * @param peers openapi-typescript 7 and the TypeScript 5 that it requires
 * @param file the name of the document in errors
 * @throws {RingbackError} `contract.invalid` if openapi-typescript refuses the document
 */
export async function generateTypes(
  source: JsonObject,
  peers: GeneratorPeers,
  file: string,
): Promise<string> {
  const { document, callbacks } = foldCallbacks(source);
  const webhooks: Record<string, JsonObject> = {};
  for (const [name, item] of Object.entries(isJsonObject(document.webhooks) ? document.webhooks : {}))
    if (isJsonObject(item)) setOwn(webhooks, name, item);
  callbacks.forEach(({ item }, index) => {
    if (item.kind === 'own') webhooks[`${mark}${index}`] = item.value;
  });
  let nodes: readonly SyntaxNode[];
  try {
    nodes = await peers.openapiTypescript.default(
      { ...document, webhooks },
      {
        // A default makes a property optional in a request, and is not filled in in a response.
        defaultNonNullable: false,
        emptyObjectsUnknown: true,
        silent: true,
        transform: (schema) => transform(schema, peers),
      },
    );
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new RingbackError('contract.invalid', {
      detail: `Could not write the types of ${file}: openapi-typescript refuses it: ${cause}`,
      cause: error,
    });
  }
  return peers.openapiTypescript.astToString(withCallbacks(nodes, callbacks, peers));
}

function transform(
  schema: Readonly<Record<string, unknown>>,
  { typescript }: GeneratorPeers,
): SyntaxNode | undefined {
  const { factory, SyntaxKind } = typescript;
  const known = schema[knownValues];
  if (!Array.isArray(known))
    return schema.format === 'binary' ? factory.createTypeReferenceNode('Blob') : undefined;
  // `(string & {})` keeps the known values in the suggestions of an editor.
  const base = typeof known[0] === 'number' ? SyntaxKind.NumberKeyword : SyntaxKind.StringKeyword;
  const anyOther = factory.createParenthesizedType(
    factory.createIntersectionTypeNode([
      factory.createKeywordTypeNode(base),
      factory.createTypeLiteralNode([]),
    ]),
  );
  const nullable = Array.isArray(schema.type) && schema.type.includes('null');
  return factory.createUnionTypeNode([
    ...known.map((value: unknown) =>
      factory.createLiteralTypeNode(
        typeof value === 'number'
          ? factory.createNumericLiteral(value)
          : factory.createStringLiteral(String(value)),
      ),
    ),
    anyOther,
    ...(nullable ? [factory.createLiteralTypeNode(factory.createNull())] : []),
  ]);
}

/** Moves the callbacks from the webhooks into an interface of their own, by operation and name. */
function withCallbacks(
  nodes: readonly SyntaxNode[],
  callbacks: readonly OperationCallback[],
  { typescript }: GeneratorPeers,
): readonly SyntaxNode[] {
  const { factory, SyntaxKind } = typescript;
  const isWebhooks = (node: SyntaxNode): node is InterfaceNode =>
    node.kind === SyntaxKind.InterfaceDeclaration && (node as InterfaceNode).name?.text === 'webhooks';
  const all = nodes.find(isWebhooks);
  if (all === undefined || callbacks.length === 0) return nodes;
  const { modifiers, members } = all;
  const webhooks = members.filter(({ name }) => name?.text?.startsWith(mark) !== true);
  const typeOf = new Map(
    members.map((member) => [member.name?.text, (member as { type?: SyntaxNode }).type]),
  );

  const itemType = ({ item }: OperationCallback, index: number): SyntaxNode => {
    if (item.kind === 'webhook') return access(['webhooks', item.name]);
    if (item.kind === 'own') return typeOf.get(`${mark}${index}`) ?? factory.createTypeLiteralNode([]);
    const first = callbacks[item.index];
    return first === undefined
      ? factory.createTypeLiteralNode([])
      : access(['callbacks', first.operation, first.name]);
  };
  const access = ([root = '', ...keys]: readonly string[]): SyntaxNode =>
    keys.reduce<SyntaxNode>(
      (object, key) =>
        factory.createIndexedAccessTypeNode(
          object,
          factory.createLiteralTypeNode(factory.createStringLiteral(key)),
        ),
      factory.createTypeReferenceNode(root),
    );
  const property = (name: string, type: SyntaxNode): SyntaxNode => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name)
      ? factory.createIdentifier(name)
      : factory.createStringLiteral(name);
    return factory.createPropertySignature(undefined, key, undefined, type);
  };

  const byOperation = Map.groupBy(
    callbacks.map((callback, index) => ({ ...callback, type: itemType(callback, index) })),
    ({ operation }) => operation,
  );
  const declaration = factory.createInterfaceDeclaration(
    modifiers,
    'callbacks',
    undefined,
    undefined,
    [...byOperation].map(([operation, own]) =>
      property(operation, factory.createTypeLiteralNode(own.map(({ name, type }) => property(name, type)))),
    ),
  );
  const rest =
    webhooks.length > 0
      ? factory.createInterfaceDeclaration(modifiers, 'webhooks', undefined, undefined, webhooks)
      : factory.createTypeAliasDeclaration(
          modifiers,
          'webhooks',
          undefined,
          factory.createTypeReferenceNode('Record', [
            factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
            factory.createTypeReferenceNode('never'),
          ]),
        );
  return nodes.flatMap((node) => (node === all ? [rest, declaration] : [node]));
}
