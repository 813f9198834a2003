import { isJsonMedia } from '../../core/contract/coerce.ts';
import type { AnswerDeclaration, MediaTypeDeclaration, Operation } from '../../core/contract/contract.ts';
import { RingbackError } from '../../core/errors.ts';
import { quoted } from '../../core/quoted.ts';

/** The response that an operation gives: its status, what the contract declares for it, and the media type of its body. */
export interface ChosenAnswer {
  readonly status: number;
  readonly declaration: AnswerDeclaration | null;
  /** Null: no body. */
  readonly media: { readonly type: string; readonly declaration: MediaTypeDeclaration } | null;
  /** Name of the example that the client prefers. */
  readonly example: string | null;
}

/** What a client asks for with `Prefer` (RFC 7240): `code=404`, `example=empty`. */
interface Preference {
  readonly code: string | null;
  readonly example: string | null;
}

/**
 * Chooses the response: the status that `Prefer: code=…` asks for, otherwise the lowest 2xx that the contract declares,
 * `2XX`, `default` or 200.
 * @throws {RingbackError} `request.invalid` if the contract does not declare the preferred status or example
 */
export function chooseAnswer(operation: Operation, headers: Readonly<Record<string, string>>): ChosenAnswer {
  const { code, example } = readPrefer(headers.prefer);
  const status = code === null ? usualStatus(operation) : preferredStatus(operation, code);
  const { declaration, media } = answerWith(operation, status, headers.accept);
  if (example !== null && media?.declaration.examples.some(({ name }) => name === example) !== true) {
    const names = (media?.declaration.examples ?? []).flatMap(({ name }) => name ?? []);
    const known = names.length === 0 ? 'the contract names none' : `expected one of ${names.join(', ')}`;
    throw unmet(operation, `Got the example ${quoted(example)} in the header Prefer; ${known}`);
  }
  return { status, declaration, media, example };
}

/** The response of an operation with a status, in a media type that the client accepts. */
export function answerWith(
  operation: Operation,
  status: number,
  accept: string | undefined,
): Omit<ChosenAnswer, 'example'> {
  const declaration = declarationOf(operation, status);
  const hasBody = declaration !== null && status !== 204 && status !== 304;
  return { status, declaration, media: hasBody ? chooseMedia(declaration, accept) : null };
}

/** The declaration that applies to a status: the most specific one (OpenAPI 3.1 §4.8.16). */
function declarationOf({ answers }: Operation, status: number): AnswerDeclaration | null {
  return (
    answers.get(String(status)) ?? answers.get(`${String(status)[0]}XX`) ?? answers.get('default') ?? null
  );
}

const usual = new WeakMap<Operation, number>();

function usualStatus(operation: Operation): number {
  let status = usual.get(operation);
  if (status === undefined) {
    const keys = [...operation.answers.keys()];
    const exact = keys.filter((key) => /^[1-5]\d\d$/.test(key)).map(Number);
    const lowest = (digit: number): number | undefined => {
      const fitting = exact.filter((each) => Math.floor(each / 100) === digit);
      return fitting.length > 0 ? Math.min(...fitting) : undefined;
    };
    status =
      lowest(2) ??
      (keys.includes('2XX') || keys.includes('default') || keys.length === 0 ? 200 : undefined) ??
      lowest(3) ??
      200;
    usual.set(operation, status);
  }
  return status;
}

function preferredStatus(operation: Operation, code: string): number {
  const status = /^[2-5]\d\d$/.test(code) ? Number(code) : null;
  if (status !== null && declarationOf(operation, status) !== null) return status;
  const known = [...operation.answers.keys()];
  throw unmet(
    operation,
    `Got the status ${quoted(code)} in the header Prefer, expected one of ${known.join(', ') || 'none: the contract declares no response'}`,
  );
}

function unmet(operation: Operation, message: string): RingbackError {
  return new RingbackError('request.invalid', {
    detail: `Could not respond to ${operation.id} as the request prefers. ${message}.`,
    violations: [{ location: 'header/prefer', code: 'prefer', message }],
  });
}

function readPrefer(header: string | undefined): Preference {
  if (header === undefined) return { code: null, example: null };
  const of = (name: string): string | null =>
    new RegExp(String.raw`(?:^|[,;\s])${name}\s*=\s*(?:"([^"]*)"|([^\s,;"]+))`, 'i')
      .exec(header)
      ?.slice(1)
      .find(Boolean) ?? null;
  return { code: of('code') ?? of('status'), example: of('example') };
}

/** The media type that the client accepts: JSON if it may be, otherwise the first one declared. */
function chooseMedia({ content }: AnswerDeclaration, accept: string | undefined): ChosenAnswer['media'] {
  const types = [...content.keys()];
  const first = types.find(isJsonMedia) ?? types[0];
  if (first === undefined) return null;
  const asked =
    accept === undefined
      ? []
      : accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase() ?? '');
  const fits = (type: string): boolean => asked.some((range) => matches(type, range));
  const type = asked.length === 0 || fits(first) ? first : (types.find(fits) ?? first);
  return { type, declaration: content.get(type) as MediaTypeDeclaration };
}

function matches(type: string, range: string): boolean {
  return range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}
