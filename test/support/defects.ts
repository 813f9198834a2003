import { answerChannel, type Defect, defectChannel } from '../../src/server/defects.ts';
import type { SentAnswer } from '../../src/server/http/reply.ts';

/** What Ringback did wrong since it was last looked at. */
const collected: Defect[] = [];
const answered = new Set<string>();

/**
 * Listens to every server of this process, and so has each of their answers compared with the contract. Called for each
 * test file: several may share a process.
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

/** The defects so far, which count as seen: a test that provokes one says so by taking it. */
export function takeDefects(): readonly Defect[] {
  return collected.splice(0);
}

/** The operations that have answered in this file: each answer was compared with the contract. */
export function answeredOperations(): ReadonlySet<string> {
  return answered;
}
