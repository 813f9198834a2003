import { expectTypeOf, test } from 'vitest';
import { isRingbackError, type RingbackError } from '../../src/index.ts';

test('a check of the code narrows the details', () => {
  const read = (error: unknown) => {
    if (isRingbackError(error, 'wait.timeout')) return error.details;
    return null;
  };
  expectTypeOf(read).returns.toEqualTypeOf<{
    readonly awaited: string;
    readonly timeoutMs: number | null;
  } | null>();
});

test('a switch over the code narrows the details too', () => {
  const read = (error: unknown) => {
    if (!isRingbackError(error)) return undefined;
    switch (error.code) {
      case 'scenario.unknown':
        return error.details.suggestion;
      case 'provider.version':
        return error.details.server;
      default:
        return undefined;
    }
  };
  expectTypeOf(read).returns.toEqualTypeOf<string | null | undefined>();
});

test('an error without details has no properties', () => {
  expectTypeOf<RingbackError<'server.busy'>['details']>().toEqualTypeOf<Readonly<Record<string, never>>>();
  expectTypeOf<RingbackError<'wait.timeout'>>().toExtend<RingbackError>();
});

test('an error of a contract or a schema has the first violation in its details', () => {
  expectTypeOf<RingbackError<'request.invalid'>['details']>().toEqualTypeOf<{
    readonly location: string | null;
    readonly rule: string | null;
    readonly count: number;
  }>();
});
