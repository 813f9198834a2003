import { expect, test } from 'vitest';
import { errorOf, world } from '../core/scenario/world.ts';
import { parseScenarios } from '../support/parse-scenarios.ts';

function loaded(entry: string) {
  const yaml = `name: a\nprovider: docdigitizer\noutcome: { final: annotated }\nrespond:\n  - ${entry}\n`;
  return parseScenarios(yaml, { file: 'a.yaml', ...world });
}

test.each<[string, RegExp]>([
  [
    '{ status: 500, headers: { "A B": c } }',
    /a\.yaml:5:.*\/respond\/0\/headers\/A B: got "A B", expected a header name/,
  ],
  ['{ status: 500, headers: { "": c } }', /got "", expected a header name/],
  [
    '{ status: 500, headers: { A: "b\\r\\nSet-Cookie: c" } }',
    /\/headers\/A: got .*, expected one line of Latin-1 text/,
  ],
  ['{ status: 500, headers: { A: "✓" } }', /got "✓", expected one line/],
  ['{ status: 500, headers: { Content-Length: "5" } }', /Content-Length is set by the server; omit it/],
  ['{ status: 500, headers: { Transfer-encoding: chunked } }', /Transfer-encoding is set by the server/],
  ['{ status: 500, headers: { a: b, A: c } }', /A is given twice; upper and lower case are the same/],
  [
    '{ status: 204, body: { a: 1 } }',
    /\/respond\/0\/body: an answer with status 204 has no body; leave it out/,
  ],
  [
    '{ rate_limit: { limit: 1, per: 0s } }',
    /\/respond\/0\/rate_limit\/per: got "0s", expected a time above 0/,
  ],
  ['{ rate_limit: { limit: -1, per: 1s } }', /\/rate_limit\/limit: got -1/],
  ['{ slow: { bytesPerSecond: 0 } }', /\/slow\/bytesPerSecond: got 0/],
  ['{ malformed: false }', /\/malformed: got false/],
])('a respond entry is refused at load: %s', (entry, message) => {
  const error = errorOf(() => loaded(entry));
  expect(error.code).toBe('scenario.invalid');
  expect(error.message).toMatch(message);
});

test('a respond entry may have any legal headers and any JSON body', () => {
  const [scenario] = loaded('{ status: 599, headers: { X-É: y }, body: null }'.replace('É', 'e'));
  expect(scenario?.respond[0]).toMatchObject({
    kind: 'status',
    value: 599,
    headers: { 'X-e': 'y' },
    body: null,
  });
});
