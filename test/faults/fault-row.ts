import { expect } from 'vitest';
import type { CallbackType } from '../../src/core/contract/contract.ts';
import type { RawConnection, RawReceiver, RawRequest } from '../support/raw-receiver.ts';
import type { ControlBody } from '../support/ringback.ts';
import type { Carrier, Submission } from './carriers.ts';

/** What was seen of one fault played over one carrier. */
export interface Seen {
  readonly carrier: Carrier;
  readonly receiver: RawReceiver;
  readonly requests: readonly RawRequest[];
  /** The same callback as it goes out without the fault. */
  readonly plain: RawRequest;
  /** The delivery of the callback that the fault strikes. */
  readonly delivery: ControlBody;
  readonly deliveries: readonly ControlBody[];
  readonly submission: Submission;
  readonly type: CallbackType;
}

/** One fault of one kind: how a script asks for it, and what it promises. */
export interface FaultRow {
  readonly title: string;
  /** The fault as the script has it; a function where carriers differ. `refused`: the script is refused, saying so. */
  readonly fault: object | ((carrier: Carrier) => object);
  readonly refused?: (carrier: Carrier) => string | null;
  /** Default: the first of the two callbacks. */
  readonly on?: 'first' | 'last';
  /** What the log says: of the delivery for a callback as a whole, of the attempt for a single request. */
  readonly log: { readonly delivery: string | ((carrier: Carrier) => string) } | { readonly attempt: string };
  /** What the receiver waits for before it answers: all three copies, or the submission's being held up. Default: nothing. */
  readonly played?: 'concurrently' | 'early';
  readonly promise: (seen: Seen) => void | Promise<void>;
}

/** Refused for state callbacks: only a JSON webhook can have it. */
export const jsonOnly = (what: string) => (carrier: Carrier) => (carrier.isQuery ? what : null);
/** Refused for JSON webhooks: only a query string can have it. */
export const queryOnly = (what: string) => (carrier: Carrier) => (carrier.isQuery ? null : what);

export function order({ carrier, requests }: Seen): string[] {
  return requests.map((request) => carrier.which(request));
}

export const names = (carrier: Carrier) =>
  carrier.isQuery ? ['RECEIVEDMACHINELEARN', 'ANNOTATED'] : ['extractions', 'verifications'];

/** Milliseconds by the virtual clock between the making of a delivery and its first attempt. */
export function waited(delivery: ControlBody): number {
  return Date.parse(delivery.attempts[0].at) - Date.parse(delivery.createdAt);
}

export function bytesOf(request: RawRequest): string {
  return JSON.stringify([request.method, request.target, request.headers, request.body.toString('latin1')]);
}

/** The request of the struck callback, when it is the first that came. */
export function struck({ requests }: Seen): RawRequest {
  const [first] = requests;
  if (first === undefined) throw new Error('Nothing came.');
  return first;
}

/** The connection that was used for nothing else: that of a fault on the wire. */
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

/** What an unspoilt callback says, when the target and headers are as ever. */
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
