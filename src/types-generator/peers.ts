/** A node of TypeScript's syntax tree, as far as the generator uses it. */
export interface SyntaxNode {
  readonly kind: number;
}

interface NamedNode extends SyntaxNode {
  readonly name?: { readonly text?: string };
}

export interface InterfaceNode extends NamedNode {
  readonly modifiers?: readonly SyntaxNode[];
  readonly members: readonly NamedNode[];
}

/** What the generator needs of `typescript` 5: its classic JS API, which TypeScript 7 does not have. */
export interface TypeScriptPeer {
  readonly version: string;
  readonly SyntaxKind: {
    readonly InterfaceDeclaration: number;
    readonly NumberKeyword: number;
    readonly StringKeyword: number;
    readonly UnknownKeyword: number;
  };
  readonly factory: {
    createNull(): SyntaxNode;
    createStringLiteral(text: string): SyntaxNode;
    createNumericLiteral(value: number): SyntaxNode;
    createIdentifier(text: string): SyntaxNode;
    createLiteralTypeNode(literal: SyntaxNode): SyntaxNode;
    createKeywordTypeNode(kind: number): SyntaxNode;
    createTypeLiteralNode(members: readonly SyntaxNode[]): SyntaxNode;
    createParenthesizedType(type: SyntaxNode): SyntaxNode;
    createUnionTypeNode(types: readonly SyntaxNode[]): SyntaxNode;
    createIntersectionTypeNode(types: readonly SyntaxNode[]): SyntaxNode;
    createTypeReferenceNode(name: string, types?: readonly SyntaxNode[]): SyntaxNode;
    createIndexedAccessTypeNode(object: SyntaxNode, index: SyntaxNode): SyntaxNode;
    createPropertySignature(
      modifiers: undefined,
      name: SyntaxNode,
      question: undefined,
      type: SyntaxNode,
    ): SyntaxNode;
    createInterfaceDeclaration(
      modifiers: readonly SyntaxNode[] | undefined,
      name: string,
      typeParameters: undefined,
      heritage: undefined,
      members: readonly SyntaxNode[],
    ): SyntaxNode;
    createTypeAliasDeclaration(
      modifiers: readonly SyntaxNode[] | undefined,
      name: string,
      typeParameters: undefined,
      type: SyntaxNode,
    ): SyntaxNode;
  };
}

/** What the generator needs of `openapi-typescript` 7. */
export interface OpenapiTypescriptPeer {
  default(document: object, options: OpenapiTypescriptOptions): Promise<readonly SyntaxNode[]>;
  astToString(nodes: readonly SyntaxNode[]): string;
}

export interface OpenapiTypescriptOptions {
  readonly defaultNonNullable: boolean;
  readonly emptyObjectsUnknown: boolean;
  readonly silent: boolean;
  transform(schema: Readonly<Record<string, unknown>>): SyntaxNode | undefined;
}

/** The packages that generate the types. They are not dependencies of Ringback. */
export interface GeneratorPeers {
  readonly openapiTypescript: OpenapiTypescriptPeer;
  readonly typescript: TypeScriptPeer;
}
