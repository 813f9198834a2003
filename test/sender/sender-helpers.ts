import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { OutboundRequest, SendResult } from '../../src/core/engine/deliveries/sender.ts';
import type { startTcpServer, TestServer } from '../support/tcp-server.ts';

/** A POST of `{}` with half a minute's time. */
export function post(url: string, change: Partial<OutboundRequest> = {}): OutboundRequest {
  return { method: 'POST', url, headers: {}, body: '{}', timeoutMs: 30_000, ...change };
}

/** Waits until a condition is true, within the time limit of the test. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

export async function serve<T extends TestServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  onTestFinished(() => server.close());
  return server;
}

/** Writes a fixed string as soon as a request arrives, then ends the connection or leaves it open. */
export function replying(text: string, then: 'end' | 'stay' = 'stay'): Parameters<typeof startTcpServer>[0] {
  return (socket) => socket.once('data', () => (then === 'end' ? socket.end(text) : socket.write(text)));
}

export function answered(result: SendResult): Extract<SendResult, { kind: 'answered' }> {
  if (result.kind !== 'answered') throw new Error(`expected an answer, got: ${result.message}`);
  return result;
}

export function unanswered(result: SendResult): Extract<SendResult, { kind: 'unanswered' }> {
  if (result.kind !== 'unanswered') throw new Error(`expected no answer, got status ${result.statusCode}`);
  return result;
}
