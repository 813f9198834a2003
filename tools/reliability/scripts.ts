import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { packageRoot } from '../../src/loading/contract-files.ts';
import { Chance, oddStrings } from './chance.ts';
import { startGoodConsumer } from './consumer.ts';
import { operations } from './contract-model.ts';
import { createAgent, describeRequest, exchange, type Outcome, type Request } from './exchange.ts';
import { judgeResponse } from './judge.ts';
import { mutateJsonText, mutateValue } from './make-value.ts';
import { startMock } from './mock-process.ts';
import { encodeForm, fileParts, textPart } from './multipart.ts';
import { mebibytes, readAttackOptions, runCases, Tally } from './tally.ts';

/**
 * Puts mutations of the shipped scenarios: first of their properties, then of their source, in YAML and in JSON. Each
 * accepted scenario must be valid by `schemas/scenario.schema.json` in another validator, and is played to its end.
 */
const options = readAttackOptions({ cases: 700 });
const tally = new Tally('scripts', options.seed);
const mock = await startMock({
  args: [
    ...['--clock', 'virtual', '--max-spaces', '40'],
    ...['--set', 'docdigitizer.attemptTimeout=300ms', '--set', 'informed.attemptTimeout=300ms'],
  ],
  log: 'pretty',
});
const consumer = await startGoodConsumer();
const agent = createAgent();
const put = operations.find(({ id }) => id === 'putScenario');
if (put === undefined) throw new Error('There is no operation putScenario any more.');

const schemaUri = 'https://reliability.test/scenario';
registerSchema(
  JSON.parse(readFileSync(join(packageRoot, 'schemas/bundled/scenario.json'), 'utf8')),
  schemaUri,
);
const isScenario = await validate(schemaUri);

interface Script {
  readonly name: string;
  readonly provider: string;
  readonly [member: string]: unknown;
}
const shipped: readonly Script[] = globSync('scenarios/*/*.yaml', { cwd: packageRoot })
  .sort()
  .flatMap((file) => parseAllDocuments(readFileSync(join(packageRoot, file), 'utf8')))
  .map((document) => document.toJS() as Script);

/** Constructs that are unusual in YAML only. */
const yamlMutators: readonly ((chance: Chance, text: string) => string)[] = [
  (_, text) => text.replaceAll('  ', '\t'),
  (chance, text) => text.replace(/\n/, `\n${' '.repeat(chance.int(1, 5))}`),
  (_, text) => `%YAML 1.1\n---\n${text}`,
  (_, text) => `%TAG ! tag:x,2000:\n---\n${text}`,
  (_, text) => `${text}\n---\n${text}`,
  (_, text) => `${text}\n...\n${text}`,
  (_, text) => `a: &a [*a]\n${text}`,
  (_, text) => `a: &a {b: &b [1,1,1,1], c: [*b,*b,*b,*b]}\nd: [*a,*a,*a,*a,*a,*a]\n${text}`,
  (_, text) => `<<: *nothing\n${text}`,
  (chance, text) =>
    text.replace(
      /: (.*)\n/,
      `: !!${chance.pick(['binary', 'set', 'float', 'js/function', 'python/object:x', 'omap', 'timestamp'])} $1\n`,
    ),
  (chance, text) =>
    text.replace(
      /: .*\n/,
      `: ${chance.pick(['|', '>-', '|9', '"', "'", '{', '[', '&x', '*x', '? ', '!', '@', '`', '0o17', '0x1F', '1_000', '.inf', '~', '2029-01-01', 'yes', '12:30:45'])}\n`,
    ),
  (_, text) => text.replace(/^(\w+): (.*)$/m, '$1: $2\n$1: $2'),
  (chance, text) => `${text}\nx: ${'['.repeat(chance.pick([10, 100, 3_000, 100_000]))}`,
  (chance, text) => `${text}\nx: ${'{a: '.repeat(chance.pick([10, 100, 3_000, 50_000]))}`,
  (chance, text) =>
    `${Array.from({ length: chance.pick([10, 1_000, 20_000]) }, (_, index) => `k${index}: 1`).join('\n')}\n${text}`,
  (chance, text) => `${text}\n${'- '.repeat(chance.pick([10, 1_000, 20_000]))}`,
  (chance, text) => `${text}\n${'---\n'.repeat(chance.pick([10, 1_000, 20_000]))}`,
  (chance, text) => `${text}\n# ${'c'.repeat(chance.pick([10, 100_000, 1_100_000]))}`,
  (chance, text) => `${text}\ndescription: ${chance.pick(oddStrings)}`,
  (_, text) => text.replaceAll('\n', '\r'),
  (_, text) => text.replaceAll('\n', '\u2028'),
  (chance, text) => text.slice(0, chance.int(0, text.length)),
  (chance, text) =>
    `${text.slice(0, chance.int(0, text.length))}${chance.pick([':', '\u0000', '\n', '"', ' - ', '? ', '&', '*', '!', '%', '@', '\ufeff'])}${text}`,
];

let taken = 0;
let played = 0;
let complaints = 0;

await runCases(options, 3, async (caseNumber) => {
  const chance = new Chance(options.seed, caseNumber);
  const space = `s${caseNumber}`;
  let script: unknown = chance.pick(shipped);
  for (let count = chance.int(0, 3); count > 0; count--) script = mutateValue(chance, script) ?? {};
  // Two scripts in one, by merging their properties.
  if (chance.hits(0.3)) script = { ...chance.pick(shipped), ...(script as object), ...pickMembers(chance) };
  const isJson = chance.hits(0.4);
  let body = Buffer.from(isJson ? JSON.stringify(script) : stringify(script));
  const isTextMutated = chance.hits(0.35);
  if (isTextMutated)
    body = isJson
      ? Buffer.from(mutateJsonText(chance, body.toString()))
      : Buffer.from(chance.pick(yamlMutators)(chance, body.toString()));
  const request = requestOf(
    space,
    'PUT',
    put.path.replace('{name}', nameOf(script)),
    isJson ? 'application/json' : 'application/yaml',
    body,
  );
  const outcome = await exchange(agent, mock.port, request);
  const report = (kind: string): void =>
    tally.fail(caseNumber, kind.slice(0, 160), `${kind}\n  ${describeRequest(request)}`);
  if ('failure' in outcome) return report(outcome.failure);
  const faults = await judgeResponse(put, outcome.response);
  if (outcome.response.status < 300) {
    taken++;
    // Once its source was mutated, an independent parser decides what it means.
    if (!isTextMutated && !isScenario(script as never).valid)
      faults.push('took what schemas/scenario.schema.json forbids');
    faults.push(...(await play(space, script as Script, chance)));
  }
  if (faults.length === 0) tally.pass();
  else for (const fault of faults) report(fault);
  complaints = tally.complain(mock, caseNumber, complaints);
  if (mock.ended !== null) throw new Error(`The server has ended: ${describeRequest(request)}`);
});

function nameOf(script: unknown): string {
  const { name } = script as { name?: unknown };
  return typeof name === 'string' && /^[\w-]+$/.test(name) ? name : 'any';
}

function pickMembers(chance: Chance): object {
  return chance.pick([
    { faults: Array(chance.int(1, 30)).fill({ delay: '36525d' }) },
    {
      faults: [
        { duplicate: { times: chance.int(2, 60), gap: '0s' } },
        { duplicate: { times: 9, concurrent: true } },
      ],
    },
    { faults: [{ reorder: true }, { early: true }, { drop: true }] },
    { faults: [{ probability: 0.5, corrupt: 'truncate' }, { slow: { bytesPerSecond: 1 } }] },
    { retry: { schedule: Array(50).fill('1ms'), on: ['non-2xx', 'network', 'timeout'] } },
    { retry: 'stripe', seed: 2 ** 53 },
    { respond: [{ status: 503, times: 2 }, { latency: '1h' }, { malformed: true }] },
    { match: { fileName: '*?*?*?*?*?*?*?*a', body: { document_class: 'x' } } },
    { settings: { 'informed.quietPeriod': '0ms', 'docdigitizer.retryDelays': ['1ms'] } },
    { timings: { final: '36525d' } },
  ]);
}

function requestOf(space: string, method: string, path: string, type: string, body: Buffer): Request {
  const authorization = path.includes('informed/v1')
    ? 'Basic dTpw'
    : path.includes('/api/v1')
      ? 'API_KEY k'
      : 'Bearer t';
  return {
    method,
    target: `/@${space}${path}`,
    headers: [
      ['Host', 'localhost'],
      ['Authorization', authorization],
      ['Content-Type', type],
    ],
    body,
  };
}

/** Submits for the scenario, and plays it to its end. A scripted response may be anything except late. */
async function play(space: string, script: Script, chance: Chance): Promise<string[]> {
  const send = (request: Request): Promise<Outcome> => {
    const waiting = (): void =>
      void exchange(
        agent,
        mock.port,
        requestOf(space, 'POST', '/_ringback/clock', 'application/json', Buffer.from('{"advance":"1d"}')),
      );
    return exchange(agent, mock.port, request, { waiting, limitMs: 3_000 });
  };
  const scenario = (request: Request): Request => ({
    ...request,
    headers: [...request.headers, ['X-Ringback-Scenario', `${script.provider}/${script.name}`]],
  });
  const json = (path: string, body: unknown, method = 'POST'): Request =>
    requestOf(space, method, path, 'application/json', Buffer.from(JSON.stringify(body)));
  if (script.provider === 'informed') {
    const webhook = consumer.url;
    const registered = await send(
      scenario(
        json('/informed/v1/consumer/applications', {
          application_reference_id: 'r',
          application_date: '2029-12-28',
          services: ['extract', 'verify'],
          webhook,
        }),
      ),
    );
    const id = read(registered)?.application_id;
    const announced = await send(
      json(`/informed/v1/consumer/applications/${id}/documents`, { image_files: ['a.pdf'] }),
    );
    const url: string | undefined = read(announced)?.image_files?.[0]?.upload_url;
    if (url !== undefined)
      await send(
        requestOf(
          space,
          'PUT',
          url.replace(/^.*?\/informed/, '/informed'),
          'application/pdf',
          Buffer.from('%PDF-1.4\n%%EOF'),
        ),
      );
  } else {
    const form = encodeForm('b', [textPart('callbackUrl', consumer.url), ...fileParts(chance, 1)]);
    await send(
      scenario(
        requestOf(space, 'POST', '/docdigitizer/api/v2/documents', 'multipart/form-data; boundary=b', form),
      ),
    );
  }
  // Slow faults are played in real time: a script that asks for many of them may take longer than the limit.
  const settled = await exchange(agent, mock.port, json('/_ringback/clock', { settle: true }), {
    limitMs: 60_000,
  });
  if ('failure' in settled && /slow|latency|timeout/.test(JSON.stringify(script))) return [];
  if ('failure' in settled) return [`a script that was taken does not play to its end: ${settled.failure}`];
  played++;
  const faults: string[] = [];
  for (const id of ['moveClock', 'listDeliveries', 'listRuns', 'listScenarios']) {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) continue;
    const body = id === 'moveClock' ? { advance: '1s' } : undefined;
    const request =
      body === undefined ? { ...json(operation.path, null, 'GET'), body: null } : json(operation.path, body);
    const outcome = await exchange(agent, mock.port, request);
    if ('failure' in outcome) faults.push(`${id}: ${outcome.failure}`);
    else faults.push(...(await judgeResponse(operation, outcome.response)).map((fault) => `${id}: ${fault}`));
  }
  return faults;
}

// biome-ignore lint/suspicious/noExplicitAny: a response of any shape, or none
function read(outcome: Outcome): any {
  try {
    return 'response' in outcome ? parse(outcome.response.body.toString('utf8')) : null;
  } catch {
    return null;
  }
}

const after = await mock.measure();
agent.destroy();
consumer.close();
await mock.stop();
tally.complain(mock, null, complaints);
for (const request of consumer.malformed) tally.fail(null, 'a callback is no HTTP', request);
tally.finish([
  `${options.only === null ? options.cases : 1} scripts made of ${shipped.length} that ship: ${taken} taken, ${played} played to their end`,
  `longest turn of the event loop ${after.longestTurnMs} ms; memory at the end: heap ${mebibytes(after.heapUsed)}, resident ${mebibytes(after.rss)}`,
]);
