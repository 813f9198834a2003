import { answerChannel, type Defect, defectChannel } from '../../src/server/defects.ts';
import type { SentAnswer } from '../../src/server/http/reply.ts';

/** Ringback's defects since they were last read. */
const collected: Defect[] = [];
const answered = new Set<string>();

/**
 * Listens to every server of this process, which makes each compare its responses with the contract. Called for each
 * test file, since several may share a process.
 */
export function collectDefects(): void {
  defectChannel.unsubscribe(onDefect);
  defectChannel.subscribe(onDefect);
  answerChannel.unsubscribe(onAnswer);
  answerChannel.subscribe(onAnswer);
  answered.clear();
}

function onDefect(defect: unknown): void {
  collected.push(defect as Defect);
}

function onAnswer(answer: unknown): void {
  const { operation } = answer as SentAnswer;
  if (operation !== null) answered.add(operation.id);
}

/** Returns the defects so far and clears them: a test that provokes one takes it here. */
export function takeDefects(): readonly Defect[] {
  return collected.splice(0);
}

/** The operations that have responded in this file: each response was compared with the contract. */
export function answeredOperations(): ReadonlySet<string> {
  return answered;
}
