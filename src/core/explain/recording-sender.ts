import type { OutboundRequest, Sender, SendResult } from '../engine/deliveries/sender.ts';
import { RingbackError } from '../errors.ts';

/** How the simulated consumer responds: an HTTP status, no response in time, or no connection. */
export type ConsumerAnswer = number | 'timeout' | 'network';

/**
 * Parses `503,503,200`, `timeout`, `network`: the consumer's responses to its first, second, … request.
 * @throws {RingbackError} `option.invalid`
 */
export function readConsumerAnswers(text: string): [ConsumerAnswer, ...ConsumerAnswer[]] {
  const [first = '', ...others] = text.split(',');
  return [readAnswer(first), ...others.map(readAnswer)];
}

function readAnswer(text: string): ConsumerAnswer {
  const word = text.trim();
  if (word === 'timeout' || word === 'network') return word;
  if (/^[2-5]\d\d$/.test(word)) return Number(word);
  throw new RingbackError('option.invalid', {
    details: { option: 'answer', given: word },
    detail: `Could not read the responses of the consumer. Got ${JSON.stringify(word)}, expected a status from 200 to 599, timeout or network, separated by commas, e.g. 503,503,200.`,
  });
}

/**
 * A sender that opens no connection. It records the requests, and responds like a consumer that accepts every request.
 * @param answers to the first, second, … request that arrives. The last one repeats
 * @param onSend called with each request as it is sent
 */
export function recordingSender(
  answers: readonly [ConsumerAnswer, ...ConsumerAnswer[]],
  onSend: (request: OutboundRequest) => void,
): Sender {
  let arrived = 0;
  return {
    async send(request) {
      onSend(request);
      const lost = lostOnTheWire(request);
      if (lost !== null) return lost;
      const answer = answers[arrived++] ?? answers.at(-1) ?? answers[0];
      return answered(answer, request);
    },
    close: () => Promise.resolve(),
  };
}

function answered(answer: ConsumerAnswer, { timeoutMs }: OutboundRequest): SendResult {
  if (answer === 'timeout') {
    return {
      ...unanswered,
      reason: 'timeout',
      code: 'timeout',
      message: `no response within ${timeoutMs} ms`,
    };
  }
  if (answer === 'network') {
    return { ...unanswered, reason: 'connection', code: 'connect.refused', message: 'connection refused' };
  }
  return {
    kind: 'answered',
    statusCode: answer,
    headers: {},
    body: '',
    bodyTruncated: false,
    durationMs: 0,
  };
}

const unanswered = { kind: 'unanswered', durationMs: 0 } as const;

/**
 * The result for a request that a script corrupts so that no consumer can read it completely, or in time. Null: it
 * arrives.
 */
function lostOnTheWire(request: OutboundRequest): SendResult | null {
  const { wire, timeoutMs } = request;
  if (wire?.silentForMs !== undefined) {
    return { ...unanswered, reason: 'timeout', code: 'scripted', message: 'nothing was sent, as scripted' };
  }
  if (wire?.resetAfterBytes !== undefined || wire?.cutBodyInHalf === true) {
    const message = 'the connection ended before the request was complete, as scripted';
    return { ...unanswered, reason: 'connection', code: 'scripted', message };
  }
  const slowMs = wire?.bytesPerSecond === undefined ? 0 : (sizeOf(request) * 1_000) / wire.bytesPerSecond;
  if (slowMs < timeoutMs) return null;
  const message = `not sent within ${timeoutMs} ms, since its bytes are sent as slowly as scripted`;
  return { ...unanswered, reason: 'timeout', code: 'timeout', message };
}

/** The approximate size of a request on the wire, without what the sender adds. */
function sizeOf({ method, url, headers, body }: OutboundRequest): number {
  const fields = Object.entries(headers).reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    0,
  );
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body).length : (body?.length ?? 0);
  return method.length + url.length + fields + bytes;
}
