import { describe, expect, test } from 'vitest';
import { faultsOf } from '../../src/core/engine/deliveries/delivery.ts';
import type { JsonValue } from '../../src/core/json.ts';
import { type FaultName, faultNames } from '../../src/core/scenario/fault-schemas.ts';
import type { Scenario } from '../../src/core/scenario/scenario.ts';
import { faultEffects } from '../../tools/docs/fault-effects.ts';
import { scenarioPages } from '../../tools/docs/scenario-pages.ts';
import { read } from '../docs/markdown.ts';
import { parseScenarioObject } from '../support/parse-scenarios.ts';
import { makeStage, shipped, world } from './stage.ts';

const pages = await scenarioPages();

describe('the generated pages', () => {
  test.each(Object.keys(pages))(
    'docs/%s is up to date with the sources (otherwise: npm run generate)',
    (name) => {
      expect(read(`docs/${name}`)).toBe(pages[name]);
    },
  );

  test('the generated pages are the same each time', async () => {
    expect(await scenarioPages()).toEqual(pages);
  });

  test('the generated pages have every shipped scenario once', () => {
    const rows = [...(pages['scenario-catalogue.md'] ?? '').matchAll(/^\| `([a-zA-Z0-9-]+)`/gm)];
    expect(rows.map((row) => row[1]).toSorted()).toEqual(shipped.map(({ name }) => name).toSorted());
  });
});

/** A value of each fault, by its kind in the reference. */
const values: Readonly<Record<string, JsonValue>> = {
  drop: true,
  delay: '1s',
  duplicate: { times: 2 },
  reorder: true,
  early: true,
  'corrupt {schema: <pointer>}': { schema: '/state' },
  'corrupt {missingQuery: <name>}': { missingQuery: 'state' },
  'contradict {state: <number>}': { state: 92 },
  'contradict {final: <outcome>}': { final: 'error' },
  slow: { bytesPerSecond: 1000 },
  reset_peer: { after: 10 },
  timeout: '1s',
};
/** Those with another meaning for a JSON webhook. */
const jsonValues: Readonly<Record<string, JsonValue>> = {
  'corrupt {schema: <pointer>}': { schema: '/application_id' },
  'contradict {final: <outcome>}': { final: 'fail' },
};

describe('what the reference says of a fault', () => {
  const rows = faultNames.flatMap((fault) =>
    faultEffects[fault].flatMap(({ kind, query, json }) => [
      { fault, kind, provider: 'docdigitizer', method: 'GET', text: query },
      { fault, kind, provider: 'docdigitizer', method: 'POST', text: query },
      { fault, kind, provider: 'informed', method: 'POST', text: json },
    ]),
  );

  test.each(rows)(
    '$fault $kind by $provider $method is played or refused as the reference says',
    async (row) => {
      const { fault, kind, provider, method, text } = row;
      if (text.startsWith('Refused when the script is loaded')) {
        expect(() => scenarioWith(fault, kind, provider)).toThrow(`/faults/0/${fault}`);
        return;
      }
      const words = await wordsOf(fault, kind, provider, method);
      if (text.startsWith('Does not apply')) {
        expect(words).toEqual(words.map(() => `${fault} ${kind} (does not apply)`));
        return;
      }
      expect(words.some((word) => word.startsWith(fault) && !word.includes('does not apply'))).toBe(true);
    },
  );

  test('the reference covers every kind of every fault', () => {
    expect(rows.length).toBe(32 * 3);
  });
});

/** The fault on all callbacks of a submission, each with credentials. */
function scenarioWith(fault: FaultName, kind: string, provider: string): Scenario {
  const key = kind === '' ? fault : `${fault} ${kind}`;
  const value = (provider === 'informed' ? jsonValues[key] : undefined) ?? values[key] ?? kind;
  const own =
    provider === 'docdigitizer'
      ? { outcome: { final: 'annotated' }, settings: { 'docdigitizer.headersOnGet': 'send' } }
      : { outcome: {}, settings: { 'informed.endpointAuthorization': 'Bearer agreed' } };
  const script = { name: 'of-the-reference', provider, ...own, faults: [{ [fault]: value }] };
  return parseScenarioObject(script, { ...world, source: 'test' });
}

/** The log entries after the fault was played. */
async function wordsOf(fault: FaultName, kind: string, provider: string, method: string): Promise<string[]> {
  const scenario = scenarioWith(fault, kind, provider);
  const settings = fault === 'signature' ? { 'signing.scheme': 'stripe' } : {};
  const stage = makeStage({ scenarios: [scenario], settings });
  const fields = { callback_method: method, callback_headers: { Authorization: 'Bearer agreed' } };
  await stage.submit(provider, {
    scenario: scenario.name,
    ...(provider === 'docdigitizer' ? { fields } : {}),
  });
  await stage.settle();
  const deliveries = await stage.deliveries();
  return deliveries.flatMap((delivery) => [
    ...faultsOf(delivery),
    ...delivery.attempts.flatMap((one) => one.faults),
  ]);
}
