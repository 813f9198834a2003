import type { CallbackType, Parameter } from '../contract/contract.ts';
import { isJsonObject } from '../json.ts';
import type { HeaderNames, Signing } from './signing.ts';

/** The headers of a callback that hold signatures, or belong to one. */
export interface DeclaredSignatures {
  /** Each signature that the contract declares. */
  readonly signings: readonly DeclaredSigning[];
  /** Names in lower case of all headers that signing computes. */
  readonly names: ReadonlySet<string>;
}

/** A declared signature: its headers, and what its name says about how it is made. */
export interface DeclaredSigning extends HeaderNames {
  /** Null: the name says only that it is a signature, so that the settings of `hmac` apply. */
  readonly known: Partial<Omit<Signing, keyof HeaderNames>> | null;
}

const hmac = { scheme: 'hmac', algorithm: 'hmac-sha256', encoding: 'hex', prefix: '' } as const;

/** Signatures by the name of their header in lower case. */
const knownSignatures: ReadonlyMap<string, DeclaredSigning['known']> = new Map([
  ['webhook-signature', { scheme: 'standard-webhooks' }],
  ['svix-signature', { scheme: 'standard-webhooks' }],
  ['stripe-signature', { scheme: 'stripe' }],
  ['x-twilio-signature', { scheme: 'twilio' }],
  ['signature-input', { scheme: 'rfc9421' }],
  ['x-hub-signature-256', { ...hmac, prefix: 'sha256=', template: '{{body}}' }],
  ['x-hub-signature', { ...hmac, algorithm: 'hmac-sha1', prefix: 'sha1=', template: '{{body}}' }],
  ['x-slack-signature', { ...hmac, prefix: 'v0=', template: 'v0:{{timestamp}}:{{body}}' }],
  ['x-shopify-hmac-sha256', { ...hmac, encoding: 'base64', template: '{{body}}' }],
]);

/** Headers with the id and the time of the message, beside a signature of Standard Webhooks. */
const companions = { id: /^(?:webhook|svix)-id$/, timestamp: /(?:^|-)timestamp$/ };

const cache = new WeakMap<CallbackType, DeclaredSignatures>();

/** Finds the signature headers that a callback declares as ordinary parameters, by their names. */
export function declaredSignatures(type: CallbackType): DeclaredSignatures {
  let found = cache.get(type);
  if (found === undefined) {
    found = findSignatures(type.parameters.filter((parameter) => parameter.in === 'header'));
    cache.set(type, found);
  }
  return found;
}

const nothing: DeclaredSignatures = { signings: [], names: new Set() };

function findSignatures(headers: readonly Parameter[]): DeclaredSignatures {
  const names = headers.map(({ name }) => name.toLowerCase());
  const signatures = names.filter((name) => isSignature(name, names));
  if (signatures.length === 0) return nothing;
  const ids = names.filter((name) => companions.id.test(name));
  const timestamps = headers.filter(isTimestamp).map(({ name }) => name.toLowerCase());
  const signings = signatures.map(
    (header): DeclaredSigning => ({
      header,
      idHeader: nearest(header, ids),
      timestampHeader: nearest(header, timestamps),
      known: knownSignatures.get(header) ?? null,
    }),
  );
  const isMessageSignature = signatures.includes('signature-input');
  const parts = isMessageSignature ? ['signature', 'content-digest'] : [];
  return { signings, names: new Set([...signatures, ...ids, ...timestamps, ...parts]) };
}

/** `Signature` is a part of RFC 9421 where there is a `Signature-Input`. */
function isSignature(name: string, all: readonly string[]): boolean {
  if (knownSignatures.has(name)) return true;
  if (name === 'signature' && all.includes('signature-input')) return false;
  return (
    /(?:^|[-_])(?:signature|hmac)(?:$|[-_])/.test(name) && !/(?:method|type|version|algorithm)$/.test(name)
  );
}

/** A time in seconds. A date would be another form than that which is signed. */
function isTimestamp({ name, media: { schema } }: Parameter): boolean {
  return (
    companions.timestamp.test(name.toLowerCase()) && !(isJsonObject(schema) && schema.format === 'date-time')
  );
}

/** The name that begins like that of the signature. Empty: there is none. */
function nearest(header: string, names: readonly string[]): string {
  const stem = header.split('signature', 1)[0] ?? '';
  return names.find((name) => name.startsWith(stem)) ?? names[0] ?? '';
}
