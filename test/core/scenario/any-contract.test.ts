import { describe, expect, test } from 'vitest';
import { jobsWorld } from '../../support/jobs-contract.ts';
import { parseScenarios } from '../../support/parse-scenarios.ts';
import { errorOf } from './world.ts';

const read = (rest: string) => parseScenarios(`name: mine\n${rest}`, { ...jobsWorld, file: 'mine.yaml' });

describe('a script for the contract of any provider', () => {
  test('may leave out the provider if one is served', () => {
    expect(read('timeline: [{ after: 1s, callback: onText }]')).toMatchObject([{ provider: 'jobs' }]);
    expect(read('provider: jobs')).toMatchObject([{ provider: 'jobs', outcome: {}, timeline: null }]);
  });

  test.each([
    ['POST /startJob', 'startJob'],
    ['post /startJob', 'startJob'],
    ['startJob', 'startJob'],
    ['POST /plain', 'POST /plain'],
  ])('names an operation as %s', (operation, id) => {
    const [scenario] = read(
      `match: { operation: ${operation} }\nrespond: [{ operation: ${operation}, status: 503 }]`,
    );
    expect(scenario).toMatchObject({ match: { operation: id }, respond: [{ operation: id }] });
  });

  test('names a callback by its event if only one callback, or only one of its operation, has it', () => {
    expect(read('timeline: [{ after: 1s, callback: onText }]')).toHaveLength(1);
    const steps = 'timeline: [{ after: 1s, callback: onDone }]';
    expect(read(`match: { operation: stopJob }\n${steps}`)).toHaveLength(1);
    const [violation] = errorOf(() => read(steps)).violations;
    expect(violation).toEqual({
      location: 'mine.yaml:2:35 /timeline/0/callback',
      code: 'callback.ambiguous',
      message: 'several callbacks have the event "onDone", expected one of startJob.onDone, stopJob.onDone.',
    });
  });

  test.each([
    ['timeline: [{ after: 1s, callback: onTxet }]', 'callback.unknown', /Did you mean "onText"/],
    ['faults: [{ on: { callback: onDoen }, drop: true }]', 'callback.unknown', /Did you mean "onDone"/],
    [
      'match: { operation: startJbo }',
      'operation.unknown',
      /expected one of startJob, stopJob, POST \/plain.*"startJob"/,
    ],
    [
      'timeline: [{ after: 1s, callback: onText, query: { a: 1 } }]',
      'step.query',
      /onText has a JSON body, expected "payload"/,
    ],
    [
      'timeline: [{ after: 1s, callback: onPing, payload: { a: 1 } }]',
      'step.payload',
      /onPing has its data in the query string, expected "query"/,
    ],
    [
      'timeline: [{ after: 1s, callback: onEmpty, payload: { a: 1 } }]',
      'step.payload',
      /onEmpty has no body/,
    ],
    [
      'timeline: [{ after: 1s, callback: onEmpty, query: { a: 1 } }]',
      'step.query',
      /onEmpty has no query parameters/,
    ],
    ['timeline: [{ after: 1s, callback: onText, headers: { "a b": x } }]', 'header.name', /a header name/],
    [
      'timeline: [{ after: 1s, callback: onText, headers: { Content-Length: "1" } }]',
      'header.framing',
      /is set by the server/,
    ],
    ['timeline: [{ after: 1s, headers: { A: x }, set: { a: 1 } }]', 'dependentRequired', /callback/],
    ['outcome: { final: rejected }', 'additionalProperties', /final/],
    ['retry: docdigitizer', 'enum', /expected one of jobs, /],
    ['faults: [{ on: { attempt: 2 }, drop: true }]', 'fault.attempt', /one attempt is made/],
    [
      'provider: docdigitizer',
      'provider.unknown',
      /there is no provider "docdigitizer", expected one of jobs\./,
    ],
  ])('is refused for %s', (rest, code, message) => {
    const found = errorOf(() => read(rest)).violations;
    expect(found).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    // Nothing of the bundled providers is of use here.
    const words = found.map((violation) => violation.message.replace('"docdigitizer"', '')).join();
    expect(words).not.toMatch(/docdigitizer|informed|documentState|annotated/i);
  });

  test('has query parameters and a body where the callback has both', () => {
    const step = '{ after: 1s, callback: startJob.onDone, query: { tags: [a] }, payload: { a: 1 } }';
    expect(read(`timeline: [${step}]`)).toMatchObject([
      { timeline: [{ query: { tags: ['a'] }, payload: { a: 1 } }] },
    ]);
  });

  test.each(['[1, 2]', '"text"', '5', 'null', 'true'])('has the payload %s', (payload) => {
    const [scenario] = read(`timeline: [{ after: 1s, callback: onText, payload: ${payload} }]`);
    expect(scenario?.timeline).toEqual([
      { on: 'submission', afterMs: 1000, callback: 'onText', payload: JSON.parse(payload) },
    ]);
  });
});
