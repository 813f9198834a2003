import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './client.ts';
import { encodeSubmission } from './docdigitizer-requests.ts';
import type { Metrics } from './job.ts';
import { writePdf } from './pdf.ts';
import { now } from './process.ts';
import type { Receiver, Reply } from './receiver.ts';
import { quantile, quantilesOf } from './statistics.ts';
import { submitMany, until } from './submit-many.ts';

export interface LatenessOptions {
  readonly port: number;
  /** Consumers of the submissions, in turn; only the first one's callbacks are counted. */
  readonly receivers: readonly Receiver[];
  /** The response of the consumers after the first. Default: an immediate 200. */
  readonly others?: Reply;
  /** Submissions a second for each consumer. */
  readonly rate: number;
  /** When the script calls back, in milliseconds from the response, ascending. */
  readonly delays: readonly number[];
  /** The number of documents submitted first, as fast as possible, without counting. Default: 0. */
  readonly warmDocuments?: number;
  /** How long submissions then run at the rate without counting. */
  readonly warmSeconds: number;
  readonly seconds: number;
}

/** One submission and the times of its events, by `now()`. */
interface Submitted {
  readonly sentAt: number;
  answeredAt: number;
  readonly calledAt: number[];
}

/**
 * Submits at a fixed rate, whatever the responses, and measures how late the callbacks are. Requests, responses and
 * callbacks share one process and one clock, so a delay of the client affects every subject.
 * @returns for each delay `d<ms>.p50`, `.p99`, `.max` and the quantiles; `.early`, `.lost` and `.sentRate` of them all
 */
export async function measureLateness(options: LatenessOptions): Promise<Metrics> {
  const { port, receivers, others, rate, delays, warmDocuments = 0, warmSeconds, seconds } = options;
  const submitted = new Map<string, Submitted>();
  const [counted] = receivers;
  if (counted === undefined) throw new Error('There is no consumer.');
  for (const other of receivers.slice(1)) other.onCallback = () => others;
  counted.onCallback = (key, at) => {
    submitted.get(key)?.calledAt.push(at);
    return undefined;
  };
  const file = writePdf(600);
  const pool = Array.from({ length: 128 }, () => new Connection(port));
  const free = [...pool];
  const submit = (receiver: Receiver, key: string): void => {
    const connection = free.pop();
    // All connections wait for a response: the server handles fewer submissions per second.
    if (connection === undefined) return;
    const bytes = encodeSubmission({ file, callbackUrl: receiver.url(key) });
    const entry: Submitted = { sentAt: now(), answeredAt: Number.NaN, calledAt: [] };
    if (receiver === counted) submitted.set(key, entry);
    connection.send(bytes).then(
      ({ status }) => {
        free.push(connection);
        if (status < 300) entry.answeredAt = now();
      },
      () => free.push(connection),
    );
  };
  await warmUp(port, counted, warmDocuments, delays.length);
  const start = now();
  const total = Math.round(rate * (warmSeconds + seconds));
  for (let count = 0; count < total; await sleep(1)) {
    const due = Math.min(total, Math.floor(((now() - start) / 1_000) * rate));
    for (; count < due; count++) for (const receiver of receivers) submit(receiver, String(count));
  }
  await sleep(delays.at(-1));
  // A late callback is not lost.
  const entries = [...submitted.values()];
  const called = (): number => entries.reduce((sum, { calledAt }) => sum + calledAt.length, 0);
  await until(() => called() >= entries.length * delays.length, called, 1_500);
  for (const connection of pool) connection.close();
  const after = start + warmSeconds * 1_000;
  return summarise(
    entries.filter(({ sentAt }) => sentAt >= after),
    delays,
    seconds,
  );
}

/** Submits documents, and waits for all their callbacks. */
async function warmUp(port: number, receiver: Receiver, count: number, callbacksEach: number): Promise<void> {
  let callbacks = 0;
  const { onCallback } = receiver;
  receiver.onCallback = () => {
    callbacks++;
    return undefined;
  };
  const request = encodeSubmission({ file: writePdf(600), callbackUrl: receiver.url('warm') });
  await submitMany({ port, count, request: () => request });
  await until(
    () => callbacks >= count * callbacksEach,
    () => callbacks,
  );
  if (callbacks < count * callbacksEach)
    throw new Error(`Only ${callbacks} callbacks came while warming up.`);
  receiver.onCallback = onCallback;
}

function summarise(entries: readonly Submitted[], delays: readonly number[], seconds: number): Metrics {
  const found: Record<string, number> = { '.sentRate': entries.length / seconds, '.early': 0, '.lost': 0 };
  for (const [index, delay] of delays.entries()) {
    const late: number[] = [];
    for (const { sentAt, answeredAt, calledAt } of entries) {
      const at = calledAt[index];
      if (at === undefined || Number.isNaN(answeredAt)) add(found, '.lost');
      else {
        late.push(at - answeredAt - delay);
        if (at - sentAt < delay) add(found, '.early');
      }
    }
    Object.assign(found, quantilesOf(`d${delay}`, late));
    found[`d${delay}.p50`] = quantile(late, 0.5);
    found[`d${delay}.p99`] = quantile(late, 0.99);
    found[`d${delay}.max`] = quantile(late, 1);
  }
  return found;
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
