import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import ts from '../../tools/types/node_modules/typescript/lib/typescript.js';

const file = join(import.meta.dirname, 'hover-example.ts');
/** Each `/*…*\/` precedes a name whose description an editor shows. */
const source = `
import { startProvider, defineScenario, type DeliveryRecord, type MoveRecord, type SpaceEventRecord } from '../../src/index.ts';
export const script = defineScenario({
  name: 'x',
  provider: 'docdigitizer',
  /*outcome*/outcome: { /*final*/final: 'rejected', /*reason*/reason: 'x' },
  timings: { /*machineLearning*/machineLearning: '1s' },
  /*faults*/faults: [{ /*on*/on: { /*nth*/nth: 1, /*state*/state: 91 }, /*delay*/delay: '1s', /*probability*/probability: 0.5 }],
  respond: [{ /*status*/status: 503, /*headers*/headers: {} }],
  retry: { /*schedule*/schedule: ['1s'] },
  /*settings*/settings: { /*finalTime*/'docdigitizer.finalTime': '1s' },
});
export const steps = defineScenario({
  name: 'y',
  provider: 'informed',
  timeline: [{ /*after*/after: '1s', /*callback*/callback: 'error', /*payload*/payload: {} }],
});
export const outcome = defineScenario({
  name: 'z',
  provider: 'informed',
  outcome: { /*extraction*/extraction: ['ok'], /*documents*/documents: ['w2'], verifications: { /*income*/income: 'fail' } },
  timings: { /*quiet*/quiet: '1s' },
  faults: [{ on: { /*event_type*/event_type: 'error' }, contradict: { /*contradiction*/final: 'fail' } }],
});
export const provider = await startProvider({ /*port*/port: 0, /*clock*/clock: 'virtual', /*now*/now: '2031-03-01T08:00:00Z', /*seed*/seed: 7, /*allowHosts*/allowHosts: [], /*space*/space: 'a', settings: { /*quietPeriod*/'informed.quietPeriod': 5 } });
export const read = (delivery: DeliveryRecord) => [
  delivery./*runId*/runId,
  delivery./*headersOf*/headers,
  delivery.attempts[0]?./*acknowledged*/acknowledged,
];
export const readMove = (move: MoveRecord) => [move./*movedTo*/now, move./*deliveries*/deliveries];
export const readEvent = (event: SpaceEventRecord) => {
  if (event./*type*/type === 'gap') return event./*missed*/missed;
  return event.type === 'step.played' ? event.step./*set*/set : event./*at*/at;
};
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
  skipLibCheck: true,
};

/** What an editor has open: one file with this source. */
function open(source: string): ts.LanguageService {
  const readFile = (path: string) => (path === file ? source : ts.sys.readFile(path));
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(file),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile,
  });
}

test('an editor shows the description of every public property, and the default of an option', () => {
  const service = open(source);
  const shown = [...source.matchAll(/\/\*(\w+)\*\//g)].map(({ 0: mark, 1: name, index }) => {
    const info = service.getQuickInfoAtPosition(file, index + mark.length + 1);
    const standard = info?.tags?.find((tag) => tag.name === 'default')?.text;
    return [name, ts.displayPartsToString(info?.documentation), ts.displayPartsToString(standard)];
  });
  const without = shown.filter(([, text]) => text === '').map(([name]) => name);
  expect(without).toEqual([]);
  expect(Object.fromEntries(shown.map(([name, , standard]) => [name, standard]))).toMatchObject({
    nth: '',
    probability: '1',
    finalTime: '"10s"',
    quietPeriod: '"3s"',
    port: '0',
    clock: '"virtual"',
    now: '2030-01-01T00:00:00Z',
    seed: '42',
    extraction: 'ok',
    quiet: 'the setting informed.quietPeriod',
  });
});

test('an editor completes the names of callbacks, of generated types and of the bundled providers', () => {
  const calls = `
import { type LoadedContract, type MockProvider, validateCallback } from '../../src/index.ts';
import { matchers } from '../../src/testing/matchers.ts';
import type { CallbackPayloads } from '../types-generator/golden/orders/openapi.gen.ts';
declare const provider: MockProvider<CallbackPayloads>;
declare const contract: LoadedContract<CallbackPayloads>;
declare const untyped: MockProvider;
provider.sendCallback({ callback: /*send*/'', to: '' });
provider.deliveries({ callback: /*list*/'' });
provider.waitForDelivery({ callback: /*wait*/'' });
validateCallback({}, { contract, callback: /*validate*/'' });
matchers.toHaveReceivedCallbacks<CallbackPayloads>([], [/*received*/'']);
matchers.toHaveReceivedCallbacks<CallbackPayloads>([], [{ callback: /*part*/'' }]);
untyped.deliveries({ callback: /*any*/'' });
`;
  const service = open(calls);
  const completed = [...calls.matchAll(/\/\*(\w+)\*\//g)].map(({ 0: mark, 1: name, index }) => {
    const found = service.getCompletionsAtPosition(file, index + mark.length + 1, {});
    return [name, (found?.entries ?? []).map((entry) => entry.name).sort()];
  });
  const orders = ['cancelOrder.orderPaid', 'orderShipped', 'placeOrder.orderPaid', 'placeOrder.orderShipped'];
  const { any, ...typed } = Object.fromEntries(completed);
  expect(typed).toEqual({
    send: orders,
    list: orders,
    wait: orders,
    validate: orders,
    received: orders,
    part: orders,
  });
  expect(any).toContain('informed.extractions');
});
