import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/loading/contract-files.ts';

/*
 * The two contracts, read from the OpenAPI documents without any code of the server: what a fuzzer sends and what a judge
 * compares is derived independently.
 */

// biome-ignore lint/suspicious/noExplicitAny: the nodes of a document have any shape
export type Node = any;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Node;
}

export interface ContractOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly isControl: boolean;
  readonly document: Document;
  /** JSON pointer of the operation in its document. */
  readonly pointer: string;
  readonly parameters: readonly Parameter[];
  readonly bodyRequired: boolean;
  /** The request's schemas by media type. */
  readonly content: Readonly<Record<string, Node>>;
  /** JSON pointer of the request's content. */
  readonly contentPointer: string;
  /** By `200`, `4XX`, `default`, with references resolved. */
  readonly responses: Readonly<Record<string, { readonly pointer: string; readonly node: Node }>>;
}

/** An OpenAPI document and its references. */
export class Document {
  readonly uri: string;
  readonly root: Node;

  constructor(file: string) {
    this.uri = `https://reliability.test/${file.replace(/\.yaml$/, '')}`;
    this.root = parse(readFileSync(join(packageRoot, file), 'utf8'));
  }

  /** Follows a chain of references to its end. */
  follow(node: Node, pointer = ''): { readonly node: Node; readonly pointer: string } {
    let found = { node, pointer };
    while (typeof found.node?.$ref === 'string') {
      const target = found.node.$ref.slice(1);
      found = { node: this.at(target), pointer: target };
    }
    return found;
  }

  at(pointer: string): Node {
    return pointer
      .split('/')
      .slice(1)
      .reduce((node: Node, part) => node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], this.root);
  }
}

export function token(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export const documents = {
  provider: new Document('openapi.bundled.yaml'),
  control: new Document('openapi.control.yaml'),
};

/** Every operation of both contracts. */
export const operations: readonly ContractOperation[] = Object.values(documents).flatMap((document) =>
  Object.entries(document.root.paths as Record<string, Node>).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => methods.includes(method))
      .map((method) => readOperation(document, path, item, method)),
  ),
);

/** The operation that a request reaches; undefined: none, or a path so unusual that two readers may disagree. */
export function operationOf(method: string, target: string): ContractOperation | undefined {
  const path = target
    .replace(/[?#].*$/s, '')
    .replace(/^\/@[^/]+/, '')
    .replace(/(?<=.)\/$/, '');
  return operations
    .filter((operation) => operation.method === method && patternOf(operation.path).test(path))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

function patternOf(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{\w+\}/g, '[^/]+')}$`);
}

function readOperation(document: Document, path: string, item: Node, method: string): ContractOperation {
  const node = item[method];
  const pointer = `/paths/${token(path)}/${method}`;
  const body = document.follow(node.requestBody ?? {}, `${pointer}/requestBody`);
  const responses = Object.entries(node.responses as Record<string, Node>).map(([status, response]) => [
    status,
    document.follow(response, `${pointer}/responses/${status}`),
  ]);
  return {
    id: node.operationId,
    method: method.toUpperCase(),
    path,
    isControl: document === documents.control,
    document,
    pointer,
    parameters: [...(item.parameters ?? []), ...(node.parameters ?? [])].map((parameter) => {
      const { name, in: place, required = false, schema } = document.follow(parameter).node;
      return { name, in: place, required, schema: document.follow(schema).node };
    }),
    bodyRequired: body.node.required === true,
    content: Object.fromEntries(
      Object.entries((body.node.content ?? {}) as Record<string, Node>).map(([type, { schema }]) => [
        type,
        schema,
      ]),
    ),
    contentPointer: `${body.pointer}/content`,
    responses: Object.fromEntries(responses),
  };
}
