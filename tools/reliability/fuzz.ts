import { Chance } from './chance.ts';
import { startGoodConsumer } from './consumer.ts';
import { type ContractOperation, operationOf, operations } from './contract-model.ts';
import { createAgent, describeRequest, exchange, type Request } from './exchange.ts';
import { judgeAnyResponse, judgeResponse } from './judge.ts';
import { type MadeRequest, makeRequest } from './make-request.ts';
import { startMock } from './mock-process.ts';
import { mebibytes, readAttackOptions, runCases, Tally } from './tally.ts';
import { World } from './world.ts';

/**
 * Fuzzes every operation of the two contracts. Each case is a client in its own space. It sends valid and mutated requests
 * in sequence, in some cases several together, and uses the responses: it submits, moves the clock, lists, downloads and
 * resets. `judge.ts` judges every response.
 */
const options = readAttackOptions({ cases: 1_600 });
const requestsPerCase = 16;
const tally = new Tally('fuzz', options.seed);
const mock = await startMock({ args: ['--clock', 'virtual', '--max-spaces', '200'] });
const consumer = await startGoodConsumer();
const agent = createAgent();

const get = async (target: string): Promise<unknown> => {
  const outcome = await exchange(agent, mock.port, {
    method: 'GET',
    target,
    headers: [['Host', 'localhost']],
    body: null,
  });
  if ('failure' in outcome) throw new Error(outcome.failure);
  return JSON.parse(outcome.response.body.toString('utf8'));
};
const { scenarios } = (await get('/_ringback/scenarios')) as { scenarios: { name: string }[] };
const { settings } = (await get('/_ringback/settings')) as { settings: Record<string, unknown> };
const playable: string[] = [];
for (const { name } of scenarios) {
  const { respond } = (await get(`/_ringback/scenarios/${name}`)) as { respond: unknown[] };
  // A script of API faults can produce any response, so there is nothing to judge by.
  if (respond.length === 0) playable.push(name);
}
const known = {
  scenarios: playable,
  // A setting that changes a status causes responses that the contract does not declare, as the user asked.
  settings: Object.keys(settings).filter((name) => !/[sS]tatus/.test(name)),
};

const requests = new Map<string, { total: number; good: number; refused: number }>();
let slowest = 0;
let notSent = 0;
let complaints = 0;

await runCases(options, 4, async (caseNumber) => {
  const chance = new Chance(options.seed, caseNumber);
  const space = `f${caseNumber}`;
  const targets = [
    consumer.url,
    consumer.url,
    `${mock.url}/@${space}/_ringback/inbox/mine`,
    `${mock.url}/_ringback/inbox/shared`,
    'http://127.0.0.1:1/',
    'http://192.0.2.1/blocked',
    'http://169.254.169.254/',
  ];
  const world = new World(space, targets, known);
  const history: string[] = [];
  // In some spaces, several requests are in flight together.
  const atATime = chance.hits(0.1) ? 6 : 1;
  let together: Promise<void>[] = [];
  for (const { operation, isStory } of planOf(chance, caseNumber)) {
    // A story that is refused at its beginning does not test its end.
    const made = await makeRequest(chance, world, operation, chance.hits(isStory ? 0.2 : 0.7));
    history.push(describeRequest(made));
    together.push(attempt(caseNumber, world, operation, made, history));
    if (together.length >= atATime) {
      await Promise.all(together);
      together = [];
    }
    if (mock.ended !== null)
      throw new Error(
        `The server has ended in case ${caseNumber}: ${mock.complaints.join('\n')}\n${history.join('\n')}`,
      );
  }
  await Promise.all(together);
  // After any requests, the space can still be read and played to its end.
  for (const id of ['moveClock', 'listDeliveries', 'listRuns', 'listSpaces']) {
    const operation = byId(id);
    const body = id === 'moveClock' ? Buffer.from('{"settle":true}') : null;
    const target = `/@${space}${operation.path}`;
    const made = {
      method: operation.method,
      target,
      headers: [
        ['Host', 'localhost'],
        ['Content-Type', 'application/json'],
      ] as [string, string][],
      body,
      forbidden: null,
      valid: true,
    };
    await attempt(caseNumber, world, operation, made, history);
  }
  complaints = tally.complain(mock, caseNumber, complaints);
});

function byId(id: string): ContractOperation {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`There is no operation ${id} any more.`);
  return found;
}

interface Planned {
  readonly operation: ContractOperation;
  readonly isStory: boolean;
}

/** A meaningful sequence, with every operation in turn between its steps. */
function planOf(chance: Chance, caseNumber: number): Planned[] {
  const stories = [
    ['submitDocument', 'moveClock', 'getDocument', 'listDeliveries'],
    ['annotateDocument', 'getTask', 'moveClock', 'getDocumentAssets', 'getDocumentV1', 'listTasks'],
    [
      'registerApplication',
      'addDocuments',
      'uploadFile',
      'moveClock',
      'listDeliveries',
      'getApplication',
      'downloadDocument',
      'updateApplication',
    ],
    [
      'scriptInbox',
      'receiveInbox',
      'fireCallback',
      'moveClock',
      'listDeliveries',
      'getDelivery',
      'redeliver',
      'getInbox',
    ],
    ['queueNext', 'submitDocument', 'moveClock', 'listRuns', 'getRun', 'queryData', 'getDataItem'],
    ['putScenario', 'putScenarioOfProvider', 'submitDocument', 'deleteScenario', 'moveClock'],
  ];
  const story = chance.pick(stories).map(byId);
  const others = Array.from(
    { length: requestsPerCase - story.length },
    (_, index) =>
      operations[(caseNumber * 7 + index * 11 + chance.int(0, 2)) % operations.length] as ContractOperation,
  );
  // The steps of the story stay in order.
  const plan = others.map((operation) => ({ operation, isStory: false }));
  let at = 0;
  for (const operation of story) {
    at = chance.int(at, plan.length);
    plan.splice(at++, 0, { operation, isStory: true });
  }
  return plan;
}

async function attempt(
  caseNumber: number,
  world: World,
  operation: ContractOperation,
  made: MadeRequest,
  history: readonly string[],
): Promise<void> {
  const follow = followUrl(world, operation, made);
  // A synchronous submission waits until another client moves the virtual clock.
  const waiting = (): void => {
    const move: Request = {
      method: 'POST',
      target: `/@${world.space}/_ringback/clock`,
      headers: [
        ['Host', 'localhost'],
        ['Content-Type', 'application/json'],
      ],
      body: Buffer.from('{"advance":"1h"}'),
    };
    void exchange(agent, mock.port, move);
  };
  let outcome = await exchange(agent, mock.port, follow, { waiting });
  // The server may close a kept connection while the next request is on its way.
  if ('failure' in outcome && outcome.failure.startsWith('connection: ')) {
    const again = createAgent();
    outcome = await exchange(again, mock.port, follow, { waiting });
    again.destroy();
  }
  const row = requests.get(operation.id) ?? { total: 0, good: 0, refused: 0 };
  requests.set(operation.id, row);
  const report = (kind: string): void =>
    tally.fail(caseNumber, `${operation.id}: ${kind}`, `${kind}\n  ${history.slice(-4).join('\n  ')}`);
  if ('failure' in outcome) {
    if (outcome.failure.startsWith('not sent')) notSent++;
    else report(outcome.failure);
    return;
  }
  const { response } = outcome;
  row.total++;
  if (response.status < 300) row.good++;
  else if (response.status < 500) row.refused++;
  slowest = Math.max(slowest, response.durationMs);
  // A mutated path may be that of another operation.
  const reached =
    response.status === 404 || response.status === 405 ? undefined : operationOf(made.method, follow.target);
  let faults =
    reached === undefined
      ? await judgeAnyResponse(response, operation.isControl)
      : await judgeResponse(reached, response);
  // An inbox responds as its script says, headers and errors included.
  if (follow.target.includes('/_ringback/inbox/')) faults = [];
  if (follow.forbidden !== null && response.status < 300)
    faults.push(`took what the contract forbids (${follow.forbidden})`);
  if (faults.length === 0) tally.pass();
  else for (const fault of faults) report(fault.slice(0, 400));
  if (String(response.headers['content-type']).includes('json')) learn(world, response.body);
}

/** Most uploads and downloads use the URLs from the responses. */
function followUrl(world: World, operation: ContractOperation, made: MadeRequest): MadeRequest {
  if (operation.id !== 'downloadDocument') return made;
  const chance = new Chance(made.target.length, made.headers.length);
  const url = world.recall(chance, 'download');
  if (url === undefined || chance.hits(0.2)) return made;
  const target = url.replace(/^https?:\/\/[^/]+/, '').replaceAll('\\u0026', '&');
  return {
    ...made,
    target: chance.hits(0.2) ? target.replace(/Signature=\w\w/, 'Signature=00') : target,
    // The URL has its own parameters in place of those that were mutated.
    forbidden: /^(path|query) /.test(made.forbidden ?? '') ? null : made.forbidden,
  };
}

function learn(world: World, body: Buffer): void {
  try {
    world.learn(JSON.parse(body.toString('utf8')));
  } catch {
    // Judged already.
  }
}

const after = await mock.measure();
agent.destroy();
consumer.close();
await mock.stop();
tally.complain(mock, null, complaints);
for (const request of consumer.malformed) tally.fail(null, 'a callback is no HTTP', request);
// Fewer cases reach what needs several steps, such as a download, only by luck.
if (options.only === null && options.cases >= 2_000) {
  // An operation that never succeeded was not tested beyond its refusals, and one that never refused not at all.
  for (const { id } of operations) {
    const row = requests.get(id);
    if (row === undefined || row.good === 0)
      tally.fail(null, `${id} never succeeded`, JSON.stringify(row ?? null));
  }
}
const total = [...requests.values()].reduce((sum, row) => sum + row.total, 0);
const good = [...requests.values()].reduce((sum, row) => sum + row.good, 0);
tally.finish([
  `${total} requests to ${requests.size} operations in ${options.only === null ? options.cases : 1} sequences, ${good} of them successful; ${notSent} that Node's client does not send`,
  `longest wait for a response ${slowest.toFixed(0)} ms, longest turn of the event loop ${after.longestTurnMs} ms`,
  `${consumer.received()} callbacks taken by the consumer`,
  `memory at the end: heap ${mebibytes(after.heapUsed)}, resident ${mebibytes(after.rss)}`,
]);
