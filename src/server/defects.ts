import { channel } from 'node:diagnostics_channel';
import { type Delivery, isDefective } from '../core/engine/deliveries/delivery.ts';
import type { SpaceEvent } from '../core/engine/space.ts';
import type { Violation } from '../core/errors.ts';
import { maskUrl } from './control/mask.ts';
import type { SentAnswer } from './http/reply.ts';

/** An error of Ringback itself, not of the consumer or a script. */
export interface Defect {
  /** What failed, in a sentence. */
  readonly message: string;
  /** What was thrown; undefined when nothing was. */
  readonly error: unknown;
}

/** `node:diagnostics_channel` on which every {@link Defect} is published. */
export const defectChannel = channel('ringback:defect');

/**
 * `node:diagnostics_channel` on which every {@link SentAnswer} is published. Our responses are compared with the
 * contract only while there is a listener, since that costs more than the response itself.
 */
export const answerChannel = channel('ringback:answer');

/** The defect that an event reports, or null. */
export function defectOf(event: SpaceEvent): Defect | null {
  if (event.kind === 'defect') return { message: event.message, error: event.error };
  if (event.kind !== 'delivery.created' || !isDefective(event.delivery)) return null;
  return { message: brokenContract(event.delivery), error: undefined };
}

/** Checks a response of ours as it is sent, if there is a listener. */
export function checkAnswer(answer: SentAnswer): void {
  if (!answerChannel.hasSubscribers) return;
  answerChannel.publish(answer);
  const { operation, status, mediaType, body, scripted } = answer;
  // A contract of another provider need not declare how Ringback refuses requests.
  const isRefusal = mediaType === 'application/problem+json' && operation?.answers.size !== 0;
  if (scripted || isRefusal) return;
  const violations = operation?.validateAnswer(status, mediaType, body) ?? [];
  if (violations.length === 0) return;
  report({
    message: `The response ${status} of ${operation?.id} violates the contract: ${listed(violations)}.`,
    error: undefined,
  });
}

export function report(defect: Defect): void {
  defectChannel.publish(defect);
}

function brokenContract({ callback }: Delivery): string {
  const { type, method, url, violations } = callback;
  return `The callback ${type} (${method} ${maskUrl(url)}) violates the contract, and no script asked for it: ${listed(violations)}.`;
}

function listed(violations: readonly Violation[]): string {
  return violations.map(({ location, message }) => `${location} ${message}`).join('; ');
}
