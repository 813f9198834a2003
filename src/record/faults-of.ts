import type { CallbackType } from '../core/contract/contract.ts';
import type { JsonObject } from '../core/json.ts';
import { declaredSignatures } from '../core/signing/declared-signatures.ts';
import type { RecordedDelivery } from './group-attempts.ts';
import type { KnownDelivery } from './known-delivery.ts';
import { headerOf } from './recorded-request.ts';
import { durationText, roundedMs } from './retry-of.ts';

/** Duplicates, missing signatures, and connections that broke off, as faults. */
export function faultsOf(
  known: readonly KnownDelivery[],
  nameOf: (type: CallbackType) => string,
): readonly JsonObject[] {
  const signed = new Set(known.filter(isSigned).map(({ type }) => type));
  return known.flatMap((one, index): readonly JsonObject[] => {
    const { type, delivery } = one;
    const same = known.filter((other) => other.type === type);
    const nth = known.slice(0, index + 1).filter((other) => other.type === type).length;
    const on = { callback: nameOf(type), ...(same.length > 1 && { nth }) };
    const gaps = gapsOf(delivery);
    const gapMs = roundedMs(gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length));
    const broken = (delivery.copies[0] ?? []).flatMap(({ result, body }, at) =>
      result.kind === 'incomplete'
        ? [{ on: { ...on, attempt: at + 1 }, reset_peer: { after: Math.max(1, body.length) } }]
        : [],
    );
    return [
      ...(gaps.length > 0
        ? [{ on, duplicate: { times: delivery.copies.length, gap: durationText(gapMs) } }]
        : []),
      ...(signed.has(type) && !isSigned(one) ? [{ on, signature: 'missing', expect: 'answered' }] : []),
      ...broken,
    ];
  });
}

function isSigned({ type, message }: KnownDelivery): boolean {
  return declaredSignatures(type).signings.some(({ header }) => headerOf(message, header) !== undefined);
}

function gapsOf({ copies }: RecordedDelivery): readonly number[] {
  const starts = copies.map(([first]) => first?.at ?? 0);
  return starts.slice(1).map((at, index) => at - (starts[index] ?? at));
}

export function isEven(delivery: RecordedDelivery): boolean {
  const gaps = gapsOf(delivery);
  return Math.max(...gaps) - Math.min(...gaps) <= 1_000;
}
