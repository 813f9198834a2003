import { objectOf } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import { type AnswerContent, validateAnswer } from '../answers.ts';
import { isJsonMedia } from '../coerce.ts';
import type { AnswerDeclaration, CallbackReference, Operation } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { below, type Place, textOf } from '../place.ts';
import { valid } from '../valid.ts';
import { readForeignBody } from './bodies.ts';
import type { ForeignReader } from './media.ts';
import { readForeignParameters } from './parameters.ts';
import { type ItemOperation, operationsOf } from './path-items.ts';
import { readForeignAnswers } from './responses.ts';
import { readSecurity } from './security.ts';

/** An operation of the API, before it is read. */
export interface OperationSource extends ItemOperation {
  readonly id: string;
  /** Path template, e.g. `/orders/{id}`. */
  readonly path: string;
}

/** The operations under `paths` (OpenAPI 3.1 §4.8.8), in document order. Each has an id of its own. */
export function findOperations({ document }: ForeignReader): readonly OperationSource[] {
  const found: Omit<OperationSource, 'id'>[] = [];
  for (const [key, entry] of document.patterned(below(document.root, 'paths'), '"paths"')) {
    const path = key.startsWith('/') ? key : `/${key}`;
    if (path !== key) document.forgive(entry, `The path ${quoted(key)} is read as ${quoted(path)}.`);
    for (const operation of operationsOf(document, entry)) found.push({ path, ...operation });
  }
  const uses = new Map<string, number>();
  for (const { place } of found) {
    const id = operationIdOf(place);
    if (id !== undefined) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return found.map((source) => {
    const declared = operationIdOf(source.place);
    const other = `${source.method} ${source.path}`;
    if (declared === undefined) return { ...source, id: other };
    if (uses.get(declared) === 1) return { ...source, id: declared };
    document.forgive(
      source.place,
      `The operationId ${quoted(declared)} is used more than once. This one is called "${other}".`,
    );
    return { ...source, id: other };
  });
}

/** The `operationId`, if it is a string that is not empty. */
export function operationIdOf(place: Place): string | undefined {
  return textOf(below(place, 'operationId')) || undefined;
}

/** An operation whose parts are read at their first use. */
export function readForeignOperation(
  reader: ForeignReader,
  source: OperationSource,
  callbacks: readonly CallbackReference[],
): Operation {
  const { document } = reader;
  const { id, method, path, place } = source;
  const parameters = lazy(() => readForeignParameters(reader, source, path, 'request'));
  const requestBody = lazy(() => readForeignBody(reader, below(place, 'requestBody')));
  const answers = lazy(() => readForeignAnswers(reader, place));
  const contents = lazy(() => contentsOf(answers()));
  const responses = lazy(() => new Set(answers().keys()));
  const security = lazy(() =>
    readSecurity(document, below(place, 'security') ?? below(document.root, 'security')),
  );
  return {
    id,
    provider: reader.provider,
    method,
    path,
    callbacks,
    document: objectOf(document.root.value),
    get parameters() {
      return parameters();
    },
    get requestBody() {
      return requestBody();
    },
    get responses() {
      return responses();
    },
    get answers() {
      return answers();
    },
    get security() {
      return security();
    },
    validateAnswer: (status, mediaType, body) =>
      contents().size === 0 ? valid : validateAnswer(contents(), status, mediaType, body),
  };
}

function contentsOf(answers: ReadonlyMap<string, AnswerDeclaration>): ReadonlyMap<string, AnswerContent> {
  return new Map(
    [...answers].map(([status, { content }]) => [
      status,
      new Map([...content].map(([type, { validate }]) => [type, isJsonMedia(type) ? validate : null])),
    ]),
  );
}
