import type { CallbackType } from '../core/contract/contract.ts';
import { essenceOf, mediaKind } from '../core/contract/media/media-kind.ts';
import { declaredSignatures } from '../core/signing/declared-signatures.ts';
import { type CallbackValues, isFixedTime } from './find-templates.ts';
import { messageOf, type RecordedDelivery } from './group-attempts.ts';
import { formOf, type Leaf, leavesOf, type TextForm } from './leaves.ts';
import { isSecretHeader, isSecretMember } from './mask-secrets.ts';
import { defaultMedia, type RecognizedCallback } from './recognize.ts';
import { headerOf, type RecordedRequest } from './recorded-request.ts';

/** A delivery with its place in the contract. */
export interface KnownDelivery extends RecognizedCallback {
  readonly delivery: RecordedDelivery;
  readonly message: RecordedRequest;
  readonly form: TextForm;
  /** Headers that are the same in every attempt, and no one's secret. */
  readonly headers: readonly (readonly [string, string])[];
  readonly values: CallbackValues;
}

export function knownDelivery(delivery: RecordedDelivery, found: RecognizedCallback): KnownDelivery {
  const message = messageOf(delivery);
  const kind = mediaKind(essenceOf(headerOf(message, 'content-type') ?? defaultMedia(found.type)));
  const isForm =
    kind === 'urlencoded' || (kind !== 'json' && mediaKind(defaultMedia(found.type)) === 'urlencoded');
  const headers = ownHeaders(delivery, found.type);
  const leaves = [
    ...leavesOf(found.value),
    ...headers.map(([name, value]): Leaf => ({ pointer: `header ${name}`, name, value })),
  ];
  const at = delivery.copies[0]?.[0]?.at ?? message.at;
  const form = formOf(found, isForm && found.type.hasBody);
  return { ...found, delivery, message, form, headers, values: { type: found.type, at, leaves } };
}

/** Headers of the transport, of tunnels, and those that the mock computes. */
const foreignHeaders =
  /^(?:accept|accept-encoding|accept-language|baggage|cdn-loop|cf-.*|connection|content-encoding|content-length|date|expect|forwarded|host|keep-alive|ngrok-.*|priority|sec-.*|te|trailer|traceparent|tracestate|transfer-encoding|upgrade|via|x-amzn-trace-id|x-forwarded-.*|x-ringback-.*|x-real-ip)$/;

function ownHeaders({ copies }: RecordedDelivery, type: CallbackType): KnownDelivery['headers'] {
  const { names } = declaredSignatures(type);
  const all = copies.flat().filter(({ result }) => result.kind !== 'incomplete');
  return (all[0]?.headers ?? []).filter(([name, value]) => {
    const key = name.toLowerCase();
    if (foreignHeaders.test(key) || names.has(key) || isSecretHeader(key)) return false;
    // Times in headers belong to signatures.
    if (
      isFixedTime(
        { pointer: '', name, value: /^\d+$/.test(value) ? Number(value) : value },
        { at: all[0]?.at ?? 0 },
      )
    )
      return false;
    if (key === 'content-type' && value === defaultMedia(type)) return false;
    return all.every((request) => headerOf(request, key) === value);
  });
}

export function secretValues({ values }: KnownDelivery): readonly string[] {
  return values.leaves.flatMap(({ name, value }) =>
    typeof value === 'string' && value.length >= 6 && isSecretMember(name) ? [value] : [],
  );
}
