import { describe, expect, test } from 'vitest';
import { newTrace, traceOfRequest, traceparentOf } from '../../../src/core/engine/trace.ts';
import { seededRandom } from '../../../src/core/random.ts';

const id = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';

describe('the trace of a request', () => {
  test.each([
    ['sampled', `00-${id}-${parent}-01`, true],
    ['not sampled', `00-${id}-${parent}-00`, false],
    ['with flags of a later level', `00-${id}-${parent}-03`, true],
    ['of a later version', `01-${id}-${parent}-01`, true],
    ['of a later version with more', `cc-${id}-${parent}-00-what-comes`, false],
    ['with spaces around', ` 00-${id}-${parent}-01 `, true],
  ])('%s is its own', (_what, traceparent, isSampled) => {
    expect(traceOfRequest({ traceparent })).toEqual({ id, isSampled, spanId: parent });
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['version ff', `ff-${id}-${parent}-01`],
    ['version 00 with more', `00-${id}-${parent}-01-more`],
    ['version 00 with a dash at the end', `00-${id}-${parent}-01-`],
    ['a later version with more and no dash', `01-${id}-${parent}-01more`],
    ['upper case', `00-${id.toUpperCase()}-${parent}-01`],
    ['an id of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['a parent of zeros', `00-${id}-${'0'.repeat(16)}-01`],
    ['an id too short', `00-${id.slice(1)}-${parent}-01`],
    ['flags too long', `00-${id}-${parent}-001`],
    ['two values', `00-${id}-${parent}-01, 00-${id}-${parent}-01`],
  ])('that is %s is none', (_what, traceparent) => {
    expect(traceOfRequest(traceparent === undefined ? {} : { traceparent })).toBeNull();
  });

  test('is what the header of a new trace says', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const trace = newTrace(random.stream('trace'));
      const traceparent = traceparentOf(trace, random.stream('span'));
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(traceOfRequest({ traceparent })).toEqual({ ...trace, spanId: traceparent.split('-')[2] });
    }
  });
});

test('a request in a trace that is not sampled says so', () => {
  expect(traceparentOf({ id, isSampled: false }, seededRandom(1))).toMatch(/-00$/);
});
