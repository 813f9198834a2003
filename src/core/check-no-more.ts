import { RingbackError } from './errors.ts';

/**
 * Refuses surplus arguments, since ignoring them would hide a mistake.
 * @param signature the call with its arguments, e.g. `advance(duration)`
 * @param extra the surplus arguments
 * @throws {RingbackError} `option.invalid`
 */
export function checkNoMore(signature: string, extra: readonly unknown[]): void {
  if (extra.length === 0) return;
  const name = signature.slice(0, signature.lastIndexOf('('));
  const many = extra.length === 1 ? '1 argument' : `${extra.length} arguments`;
  const shown = extra.map((value) => JSON.stringify(value) ?? typeof value).join(', ');
  throw new RingbackError('option.invalid', {
    details: { option: 'argument', given: extra },
    detail: `Could not call ${name}. Got ${many} too many: ${shown}. Expected ${signature}.`,
  });
}
