import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, setOwn } from '../core/json.ts';
import type { LoadedDocument } from '../loading/foreign/load-document.ts';
import { mark, withCallbacks } from './callback-interfaces.ts';
import { callbackPayloads } from './callback-payloads.ts';
import { foldCallbacks } from './fold-callbacks.ts';
import type { GeneratorPeers, SyntaxNode } from './peers.ts';
import { knownValues } from './simplify.ts';

/**
 * Generates the types of an OpenAPI 3.1 document: the output of openapi-typescript (`paths`, `webhooks`, `components`,
 * `operations`), an interface `callbacks` with the path items of the callbacks (OpenAPI 3.1 §4.8.18) by operation
 * and name, and an interface `CallbackPayloads` with what callbacks and webhooks say, by the names that the server
 * gives them.
 * @param source from `loadDocument`. Its document is changed
 * @param peers openapi-typescript 7 and the TypeScript 5 that it requires
 * @param file the name of the document in errors
 * @throws {RingbackError} `contract.invalid` if openapi-typescript refuses the document
 */
export async function generateTypes(
  source: LoadedDocument,
  peers: GeneratorPeers,
  file: string,
): Promise<string> {
  const payloads = callbackPayloads(source);
  const folded = foldCallbacks(source.document);
  const { document, callbacks } = folded;
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
  return peers.openapiTypescript.astToString(withCallbacks(nodes, { payloads, ...folded }, peers));
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
