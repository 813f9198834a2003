import type { Contract } from '../core/contract/contract.ts';
import { findCallback } from '../core/contract/find-callback.ts';
import { type Judgement as Judged, judgeBody, judgeQuery } from '../core/contract/judge-payload.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { decodeText } from '../loading/text-file.ts';

/** The result of checking one callback. */
export interface Judgement {
  readonly valid: boolean;
  /** The type of the callback, or null if it could not be detected. */
  readonly type: string | null;
  readonly violations: readonly Violation[];
}

export interface JudgeOptions {
  /** Type or name of the callback. Null: detect it from the input. */
  readonly callback: string | null;
  readonly strict: boolean;
}

/**
 * Checks one callback, given as UTF-8, against the contract.
 * @param bytes a JSON body, a URL with its query string, or a query string
 * @throws {RingbackError} `option.invalid` if there is no callback of that name
 */
export function judgeCallback(bytes: Uint8Array, contract: Contract, options: JudgeOptions): Judgement {
  const { callback, strict } = options;
  const found = callback === null ? null : findCallback(callback, contract);
  if (found !== null && 'advice' in found) {
    throw new RingbackError('option.invalid', {
      details: { option: '--callback', given: callback },
      detail: `Could not read --callback. ${found.advice}`,
    });
  }
  const how = { type: found?.type ?? null, strict, option: '--callback' };
  const decoded = decodeText(bytes);
  const input =
    'text' in decoded
      ? readInput(decoded.text)
      : { violation: { location: '', code: 'encoding', message: decoded.problem } };
  if ('violation' in input) return told({ type: how.type, value: null, violations: [input.violation] });
  return told(
    input.form === 'json'
      ? judgeBody(input.value, contract, how)
      : judgeQuery(new URLSearchParams(input.query), contract, how),
  );
}

function told({ type, violations }: Judged): Judgement {
  return { valid: violations.length === 0, type: type?.type ?? null, violations };
}

type Input =
  | { readonly form: 'json'; readonly value: JsonValue }
  | { readonly form: 'query'; readonly query: string }
  | { readonly violation: Violation };

function readInput(text: string): Input {
  const trimmed = text.trim();
  const isUrl = /^https?:\/\/\S*$/i.test(trimmed);
  if (isUrl || /^\??[^\s{}[\]"=&]+=\S*$/.test(trimmed)) {
    const start = trimmed.indexOf('?');
    const query = isUrl && start === -1 ? '' : trimmed.slice(start + 1);
    return { form: 'query', query: query.split('#', 1)[0] ?? '' };
  }
  try {
    return { form: 'json', value: JSON.parse(trimmed) as JsonValue };
  } catch (error) {
    const message =
      trimmed === '' ? 'is empty' : `is neither JSON nor a query string: ${(error as Error).message}`;
    return { violation: { location: '', code: 'syntax', message } };
  }
}
