import { basename, dirname, posix, resolve } from 'node:path';
import type { ContractNote } from '../../core/contract/contract.ts';
import { FileReferences } from '../../core/contract/upgrade/file-references.ts';
import { type JoinedDocument, joinFiles, TooLargeError } from '../../core/contract/upgrade/join-files.ts';
import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { isUrl, SourceReader } from './source-reader.ts';
import { upgradeDocument } from './upgrade-document.ts';

export interface LoadOptions {
  /** Whether references to `http:` and `https:` are fetched. Default: false, they are noted, and the rest works. */
  readonly allowRemoteRefs?: boolean;
  /** Schema files that become components although no `$ref` names them, relative to the document. Default: none. */
  readonly schemas?: readonly string[];
}

/** A contract from outside, as one document. */
export interface LoadedDocument {
  /** OpenAPI 3.1. Each `$ref` is local (`#/…`) and has a target. What only 3.2 has is under {@link laterKeys}. */
  readonly document: JsonObject;
  /** In the order of the document. */
  readonly notes: readonly ContractNote[];
  /** Line and column of a note, from 1. Null if its file cannot be read again. A text is scanned at the first call. */
  readonly locate: (note: ContractNote) => { readonly line: number; readonly column: number } | null;
  /** Where the author wrote what is at a JSON pointer of the document. */
  readonly origin: (pointer: string) => { readonly file: string; readonly pointer: string };
  /** Whether it is a copy of the contract of the bundled providers, whose tags say `x-ringback-provider`. */
  readonly isOurs: boolean;
  /** Absolute paths of the local files that it consists of. */
  readonly files: readonly string[];
}

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 document, YAML or JSON, with the files that it refers to, and makes one OpenAPI 3.1
 * document of them. What is untidy but plain is forgiven, and what cannot be used is left out; the notes say both.
 * @param path of the document
 * @throws {RingbackError} `contract.invalid` if the document itself cannot be read, or is something else
 */
export async function loadDocument(path: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const fetch = options.allowRemoteRefs === true ? (await import('./fetch-file.ts')).fetchFile : null;
  const reader = new SourceReader(resolve(path), fetch);
  const main = await reader.read('');
  if (main.value === undefined) throw refusal(path, `the file ${main.problem}`);
  const odd = refuseOthers(main.value, path);
  if (odd !== null) throw refusal(path, odd);
  const own = basename(path);
  const references = new FileReferences((ref, from) => {
    const name = fileOf(ref, from);
    return name === own ? '' : name;
  });
  references.add(main);
  let joined: JoinedDocument;
  try {
    joined = await joinFiles(
      references,
      async (name) => references.add(await reader.read(name)),
      options.schemas,
    );
  } catch (error) {
    if (error instanceof TooLargeError) throw refusal(path, error.message);
    throw error;
  }
  const { document, notes } = upgradeDocument(withTitle(joined.document, own));
  const all = [
    ...reader.notes,
    ...joined.notes,
    ...notes.map((note) => ({ ...note, ...joined.origin(note.pointer) })),
  ];
  return {
    document,
    notes: all,
    locate: (note) => reader.locate(note),
    origin: joined.origin,
    isOurs: hasOurMark(document),
    files: reader.paths,
  };
}

/** A document without a title has that of its file. */
function withTitle(document: JsonObject, file: string): JsonObject {
  const info = isJsonObject(document.info) ? document.info : {};
  if (typeof info.title === 'string' && info.title.trim() !== '') return document;
  return { ...document, info: { version: '', ...info, title: file.replace(/\.[^.]*$/, '') } };
}

function hasOurMark({ tags }: JsonObject): boolean {
  return (
    Array.isArray(tags) && tags.some((tag) => isJsonObject(tag) && Object.hasOwn(tag, 'x-ringback-provider'))
  );
}

/** The name of a file that a reference names, relative to the folder of the document. */
function fileOf(path: string, from: string): string {
  const bare = path.replace(/\?.*$/s, '');
  if (isUrl(bare)) return bare.replace(/^file:\/\//i, '');
  if (isUrl(from)) {
    try {
      return new URL(path, from).href;
    } catch {
      return bare;
    }
  }
  if (bare.startsWith('//')) return `https:${path}`;
  let decoded = bare;
  try {
    decoded = decodeURIComponent(bare);
  } catch {
    // A percent sign that encodes nothing is part of the file name.
  }
  return posix.join(dirname(from), decoded.replaceAll('\\', '/'));
}

function refusal(path: string, cause: string): RingbackError {
  return new RingbackError('contract.invalid', {
    detail: `Could not read the contract ${path}: ${cause}${/[.?]$/.test(cause) ? '' : '.'}`,
    violations: [{ location: path, code: 'contract', message: cause }],
  });
}

/** Why a value is no OpenAPI 3 document, or null. */
function refuseOthers(value: unknown, path: string): string | null {
  const expected = 'expected an OpenAPI document, with e.g. openapi: 3.1.1 at its top level';
  if (!isJsonObject(value))
    return `got ${Array.isArray(value) ? 'an array' : `the text ${JSON.stringify(String(value).slice(0, 40))}`}, ${expected}`;
  const { openapi, swagger, asyncapi } = value;
  if (swagger !== undefined)
    return `got Swagger ${String(swagger)}, expected OpenAPI 3.0, 3.1 or 3.2. Convert it first, e.g. by "npx swagger2openapi --patch --yaml --outfile openapi.yaml ${path}"`;
  if (asyncapi !== undefined)
    return `got AsyncAPI ${String(asyncapi)}, which has no HTTP operations, ${expected}`;
  if (openapi === undefined) {
    const keys = Object.keys(value).slice(0, 5).join(', ');
    return isJsonObject(value.paths) || isJsonObject(value.webhooks)
      ? null
      : `got an object with ${keys === '' ? 'nothing in it' : `the keys ${keys}`}, ${expected}`;
  }
  if (/^v?3(\.[012](\.|$|-)|$)/.test(String(openapi))) return null;
  return `got openapi: ${JSON.stringify(openapi)}, expected 3.0, 3.1 or 3.2`;
}
