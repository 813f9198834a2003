import { type Context, createContext, Script } from 'node:vm';
import { expect, test } from 'vitest';
import { compilingEngine } from '../../../../src/core/contract/compiling-engine.ts';
import type { Validator } from '../../../../src/core/contract/contract.ts';
import { readForeign } from '../../../../src/core/contract/foreign/read-foreign.ts';
import { onlyOperation } from './support.ts';

/** A check that is stopped after some milliseconds, wherever it is. */
function stoppedAfter(timeout: number): Validator {
  const names = Array.from({ length: 60 }, (_, index) => `p${index}`);
  const properties = Object.fromEntries(
    names.map((name, minLength) => [name, { type: 'string', minLength }]),
  );
  const schema = {
    // It makes the check run with a limit.
    properties: { text: { type: 'string', pattern: '^(a+)+$' } },
    anyOf: ['p1', 'p2'].map((name) => ({ properties, required: [name] })),
  };
  const requestBody = { content: { 'application/json': { schema } } };
  const document = {
    openapi: '3.1.0',
    info: { title: 'Parcels', version: '1' },
    paths: { '/parcels': { post: { requestBody, responses: {} } } },
  };
  const script = new Script('run()');
  const context: Context = createContext({});
  const limitTime = (run: () => void): boolean => {
    context.run = run;
    try {
      script.runInContext(context, { timeout });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw error;
    }
  };
  const contract = readForeign(document, { name: 'a', notes: [], engine: { ...compilingEngine, limitTime } });
  const media = onlyOperation(contract).requestBody?.content.get('application/json');
  if (media === undefined) throw new Error('there is no body');
  return media.validate;
}

test('a schema whose compilation a time limit has stopped is compiled again', () => {
  let stops = 0;
  for (let round = 0; round < 36; round++) {
    const validate = stoppedAfter(1 + (round % 12));
    const codes = Array.from({ length: 5 }, () => validate({ text: 'a'.repeat(30) }).map(({ code }) => code));
    stops += codes.flat().filter((code) => code === 'time-limit').length;
    expect(codes.flat().filter((code) => !['time-limit', 'required'].includes(code))).toEqual([]);
  }
  expect(stops).toBeGreaterThan(0);
});
