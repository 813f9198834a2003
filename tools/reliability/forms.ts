import { Chance } from './chance.ts';
import { type ContractOperation, operations } from './contract-model.ts';
import { createAgent, describeRequest, exchange } from './exchange.ts';
import { judgeResponse } from './judge.ts';
import { type FormRequest, makeForm } from './make-form.ts';
import { startMock } from './mock-process.ts';
import { mebibytes, readAttackOptions, runCases, Tally } from './tally.ts';

/**
 * Sends forms to every operation that takes one. Two of ten are valid and must be accepted, with one document for each
 * file; the others have one to three errors in their parts, bytes or media type.
 */
const options = readAttackOptions({ cases: 3_000 });
const tally = new Tally('forms', options.seed);
const mock = await startMock({ args: ['--clock', 'virtual', '--max-spaces', '50'] });
const agent = createAgent();
const takers = operations.filter(({ content }) => Object.hasOwn(content, 'multipart/form-data'));

let taken = 0;
let right = 0;
let complaints = 0;

await runCases(options, 4, async (caseNumber) => {
  const chance = new Chance(options.seed, caseNumber);
  const operation = chance.pick(takers);
  const request = makeForm(chance, operation, `m${caseNumber % 80}`, chance.hits(0.2));
  await send(caseNumber, operation, request);
  complaints = tally.complain(mock, caseNumber, complaints);
  if (mock.ended !== null) throw new Error(`The server has ended: ${describeRequest(request)}`);
});

async function send(caseNumber: number, operation: ContractOperation, request: FormRequest): Promise<void> {
  let outcome = await exchange(agent, mock.port, request);
  if ('failure' in outcome && outcome.failure.startsWith('connection: ')) {
    const again = createAgent();
    outcome = await exchange(again, mock.port, request);
    again.destroy();
  }
  const report = (kind: string): void =>
    tally.fail(
      caseNumber,
      `${operation.id}: ${kind.slice(0, 200)}`,
      `${kind}\n  ${describeRequest(request)}`,
    );
  if ('failure' in outcome) return report(outcome.failure);
  const { response } = outcome;
  const { documents } = request;
  const faults = await judgeResponse(operation, response);
  if (response.status < 300) taken++;
  if (documents !== null) {
    right++;
    const body = response.status === 202 ? JSON.parse(response.body.toString('utf8')) : {};
    const made = body.document_ids ?? body.task?.document_ids ?? [body.task?.document_id];
    if (response.status !== 202 || made.length !== documents)
      faults.push(`a right form of ${documents} files: ${response.status}, ${made.length} documents`);
  }
  if (faults.length === 0) tally.pass();
  else for (const fault of faults) report(fault);
}

const after = await mock.measure();
agent.destroy();
await mock.stop();
tally.complain(mock, null, complaints);
tally.finish([
  `${options.only === null ? options.cases : 1} forms to ${takers.length} operations: ${right} right ones, all of which have to be taken; ${taken} taken in all`,
  `longest turn of the event loop ${after.longestTurnMs} ms; memory at the end: heap ${mebibytes(after.heapUsed)}, resident ${mebibytes(after.rss)}`,
]);
