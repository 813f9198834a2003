import { expect } from 'vitest';
import type { CallbackType } from '../../src/core/contract/contract.ts';
import type { RawConnection, RawReceiver, RawRequest } from '../support/raw-receiver.ts';
import type { ControlBody } from '../support/ringback.ts';
import type { Carrier, Submission } from './carriers.ts';

/** What was observed of one fault over one carrier. */
export interface Seen {
  readonly carrier: Carrier;
  readonly receiver: RawReceiver;
  readonly requests: readonly RawRequest[];
  /** The same callback as sent without the fault. */
  readonly plain: RawRequest;
  /** The delivery of the struck callback. */
  readonly delivery: ControlBody;
  readonly deliveries: readonly ControlBody[];
  readonly submission: Submission;
  readonly type: CallbackType;
}

/** One fault of one kind: its script, and its expected effect. */
export interface FaultRow {
  readonly title: string;
  /** The fault as written in the script; a function where carriers differ. `refused`: the script is refused with this message. */
  readonly fault: object | ((carrier: Carrier) => object);
  readonly refused?: (carrier: Carrier) => string | null;
  /** Default: the first of the two callbacks. */
  readonly on?: 'first' | 'last';
  /** The log entry: on the delivery for a whole callback, on the attempt for a single request. */
  readonly log: { readonly delivery: string | ((carrier: Carrier) => string) } | { readonly attempt: string };
  /** What the receiver waits for before it responds: all three copies, or the delayed submission. Default: nothing. */
  readonly played?: 'concurrently' | 'early';
  readonly promise: (seen: Seen) => void | Promise<void>;
}

/** Refused for state callbacks: only JSON webhooks support it. */
export const jsonOnly = (what: string) => (carrier: Carrier) => (carrier.isQuery ? what : null);
/** Refused for JSON webhooks: only query strings support it. */
export const queryOnly = (what: string) => (carrier: Carrier) => (carrier.isQuery ? null : what);

export function order({ carrier, requests }: Seen): string[] {
  return requests.map((request) => carrier.which(request));
}

export const names = (carrier: Carrier) =>
  carrier.isQuery ? ['RECEIVEDMACHINELEARN', 'ANNOTATED'] : ['extractions', 'verifications'];

/** Virtual milliseconds from the creation of a delivery to its first attempt. */
export function waited(delivery: ControlBody): number {
  return Date.parse(delivery.attempts[0].at) - Date.parse(delivery.createdAt);
}

/** What copies have in common: each attempt has a `traceparent` of its own. */
export function bytesOf({ method, target, headers, body }: RawRequest): string {
  const { traceparent, ...others } = headers;
  return JSON.stringify([method, target, others, body.toString('latin1')]);
}

/** The request of the struck callback, when it arrives first. */
export function struck({ requests }: Seen): RawRequest {
  const [first] = requests;
  if (first === undefined) throw new Error('Nothing came.');
  return first;
}

/** The connection used for nothing else: that of a fault on the wire. */
export function ownConnection({ receiver }: Seen): RawConnection {
  const [first] = receiver.connections;
  if (first === undefined) throw new Error('Nobody connected.');
  return first;
}

export function untouched(
  { plain }: Seen,
  request: RawRequest,
  but: readonly (keyof RawRequest)[] = [],
): void {
  for (const part of ['method', 'target', 'headers', 'body'] as const) {
    if (!but.includes(part)) expect(request[part], part).toEqual(plain[part]);
  }
}

/** Asserts an intact callback, with the usual target and headers. */
export function lawful(seen: Seen): ControlBody {
  const { carrier, type } = seen;
  const said = carrier.said(struck(seen));
  const payload = carrier.isQuery ? { ...said, state: Number(said.state) } : said;
  const { tenant, ...rest } = payload;
  expect(type.validate(rest)).toEqual([]);
  return rest;
}

export const failed = (seen: Seen, error: string | RegExp): void => {
  expect(seen.delivery).toMatchObject({
    state: 'failed',
    attempts: [{ acknowledged: false, statusCode: null }],
  });
  expect(seen.delivery.attempts[0].error).toMatch(error);
};
