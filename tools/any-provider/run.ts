import type { NamedContract } from './contracts.ts';
import { judgeDocument } from './judge-document.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import type { Row } from './report.ts';
import { type Subject, startSubject } from './subject.ts';

type Start = (contract: string, webhooksTo: string) => Promise<Subject>;

/** Starts a mock for a contract and judges it. What fails on the way is an item of the result. */
export async function judgeContract(contract: NamedContract, start: Start = startSubject): Promise<Row> {
  const receiver = await startReceiver();
  try {
    return await judgeStarted(contract, receiver, start);
  } finally {
    await receiver.close();
  }
}

async function judgeStarted(contract: NamedContract, receiver: Receiver, start: Start): Promise<Row> {
  let subject: Subject;
  try {
    subject = await start(contract.file, `${receiver.origin}/webhooks`);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const items = [{ kind: 'start', name: contract.name, problem } as const];
    return { contract, startMs: null, memoryMiB: null, items, unjudged: [] };
  }
  try {
    const { items, unjudged } = await judgeDocument(contract.file, subject, receiver);
    const started = { kind: 'start', name: contract.name, problem: null } as const;
    const { startMs } = subject;
    return { contract, startMs, memoryMiB: subject.memoryMiB(), items: [started, ...items], unjudged };
  } finally {
    await subject.stop();
  }
}
