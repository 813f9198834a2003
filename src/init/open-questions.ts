import type { CallbackType, Contract, MediaTypeDeclaration, Operation } from '../core/contract/contract.ts';
import { SchemaView } from '../core/contract/schema-view.ts';
import { escapePointer } from '../core/json.ts';
import { chooseAnswer } from '../providers/contract/choose-answer.ts';
import { rankedCallbacks } from '../providers/contract/default-callback.ts';
import { missingId } from '../providers/contract/note-resources.ts';
import { mapResources } from '../providers/contract/resource-map.ts';

/** What a contract leaves open about an operation, with suggestions for the configuration. */
export interface OpenQuestions {
  readonly operation: Operation;
  /** Why the id of what it creates is unknown, and a runtime expression to try. Null: it is known. */
  readonly id: { readonly why: string; readonly suggestion: string } | null;
  /** Callbacks without a URL, and a runtime expression to try. Null: there is none. */
  readonly callbackUrl: { readonly why: string; readonly suggestion: string } | null;
  /** The callbacks that a submission can call, the default one first, if there are several. Empty otherwise. */
  readonly callbacks: readonly CallbackType[];
}

/** The operations of a contract about which it leaves something open. */
export function openQuestions(contract: Contract): readonly OpenQuestions[] {
  const ids = new Map(
    mapResources(contract).kinds.flatMap((kind) => {
      const create = kind.operations.get('create');
      const why = missingId(contract, kind);
      return create === undefined || why === null ? [] : [[create, why] as const];
    }),
  );
  return contract.operations.flatMap((operation) => {
    const why = ids.get(operation);
    const callbacks = rankedCallbacks(operation, contract.callbacks);
    const questions: OpenQuestions = {
      operation,
      id: why === undefined ? null : { why, suggestion: idIn(contract, operation) },
      callbackUrl: lostUrl(contract, operation),
      callbacks: callbacks.length > 1 ? callbacks : [],
    };
    const isOpen = questions.id !== null || questions.callbackUrl !== null || callbacks.length > 1;
    return isOpen ? [questions] : [];
  });
}

function lostUrl(contract: Contract, operation: Operation): OpenQuestions['callbackUrl'] {
  const lost = operation.callbacks
    .flatMap(({ type }) => contract.callbacks.get(type) ?? [])
    .find(({ url }) => url === null);
  if (lost === undefined) return null;
  return { why: lost.unsubmittable ?? '', suggestion: urlIn(contract, operation) };
}

const urlNames = /url|uri|callback|webhook|hook|notif|sink|endpoint/i;
const idNames = /(?:^|_|[a-z])(?:id|uuid|number|no|key|token|reference|ref)$/i;

/** Where a submission most likely has the URL of its callbacks. */
function urlIn({ document }: Contract, { requestBody, parameters }: Operation): string {
  const body = [...(requestBody?.content.values() ?? [])].flatMap(({ media }) => media ?? [])[0];
  const pointer = body === undefined ? null : findProperty(body, document, urlNames);
  if (pointer !== null) return `$request.body#${pointer}`;
  const parameter = parameters.find(({ name }) => urlNames.test(name));
  if (parameter !== undefined) return `$request.${parameter.in}.${parameter.name}`;
  return '$request.body#/callbackUrl';
}

function idIn({ document }: Contract, operation: Operation): string {
  const { media } = chooseAnswer(operation, {});
  const pointer = media === null ? null : findProperty(media.declaration, document, idNames);
  return `$response.body#${pointer ?? '/id'}`;
}

/** The pointer of the first property with such a name, the outer ones first. */
function findProperty(
  { schema }: MediaTypeDeclaration,
  document: Contract['document'],
  names: RegExp,
): string | null {
  let level: (readonly [string, SchemaView])[] = [['', new SchemaView(schema, document)]];
  for (let depth = 0; depth < 3; depth++) {
    const below = level.flatMap(([pointer, view]) =>
      [...view.properties].map(
        ([name, property]) => [`${pointer}/${escapePointer(name)}`, name, property] as const,
      ),
    );
    const found = below.find(([, name, property]) => names.test(name) && !property.isComplex);
    if (found !== undefined) return found[0];
    level = below.slice(0, 200).map(([pointer, , property]) => [pointer, property]);
  }
  return null;
}
