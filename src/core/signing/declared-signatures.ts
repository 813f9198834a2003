import type { CallbackType, MediaTypeDeclaration, Parameter } from '../contract/contract.ts';
import { isJsonObject } from '../json.ts';
import type { SignatureAlgorithm } from './settings.ts';
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
  /** Whether the name says only that it is a signature. Then the settings of `hmac` say the rest. */
  readonly isGuess: boolean;
  /** What the name or, for a guess, an example says. It replaces settings. */
  readonly known: Partial<Omit<Signing, keyof HeaderNames>>;
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

/** Headers with the id and the time of a delivery, beside its signature. Consumers take the same id for a duplicate. */
const companions = {
  id: /^(?:(?:webhook|svix)-id|x-github-delivery|x-shopify-webhook-id)$/,
  timestamp: /(?:^|-)timestamp$/,
};

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
  const signing = headers.filter((parameter) => isSignature(parameter, names));
  const signatures = signing.map(({ name }) => name.toLowerCase());
  if (signatures.length === 0) return nothing;
  const ids = names.filter((name) => companions.id.test(name));
  const timestamps = headers.filter(isTimestamp).map(({ name }) => name.toLowerCase());
  const signings = signing.map(({ name, media }): DeclaredSigning => {
    const header = name.toLowerCase();
    const known = knownSignatures.get(header);
    return {
      header,
      idHeader: nearest(header, ids),
      timestampHeader: nearest(header, timestamps),
      isGuess: known === undefined,
      known: known ?? shapeOf(media),
    };
  });
  const isMessageSignature = signatures.includes('signature-input');
  const parts = isMessageSignature ? ['signature', 'content-digest'] : [];
  return { signings, names: new Set([...signatures, ...ids, ...timestamps, ...parts]) };
}

/** `Signature` is a part of RFC 9421 where there is a `Signature-Input`. */
function isSignature({ name: given, media: { schema } }: Parameter, all: readonly string[]): boolean {
  const name = given.toLowerCase();
  if (knownSignatures.has(name)) return true;
  if (name === 'signature' && all.includes('signature-input')) return false;
  // A signature in parts is none that could be computed.
  if (isJsonObject(schema) && schema.type === 'object') return false;
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

/** Lengths of an HMAC in hexadecimal digits and in base64. */
const lengths: readonly [SignatureAlgorithm, number, number][] = [
  ['hmac-sha1', 40, 28],
  ['hmac-sha256', 64, 44],
  ['hmac-sha512', 128, 88],
];

const usualFirst = lengths.toSorted(([a], [b]) => Number(b === 'hmac-sha256') - Number(a === 'hmac-sha256'));

/** How a signature is written, by its first example that shows it, such as `sha256=ae68…`, or by its schema. */
function shapeOf(media: MediaTypeDeclaration): DeclaredSigning['known'] {
  const { schema, examples } = media;
  const ofSchema = isJsonObject(schema) && Array.isArray(schema.examples) ? schema.examples : [];
  for (const example of [...examples.map(({ value }) => value), ...ofSchema]) {
    const [, prefix = '', text = ''] = /^([\w-]+=)?([\w+/]+={0,2})$/.exec(String(example)) ?? [];
    for (const [algorithm, hex, base64] of lengths) {
      if (text.length === hex && /^[0-9a-f]+$/i.test(text)) return { algorithm, encoding: 'hex', prefix };
      if (text.length === base64) return { algorithm, encoding: 'base64', prefix };
    }
  }
  return allowedShape(media);
}

const prefixes = ['', 'sha256=', 'sha1=', 'sha512=', 'v1=', 'v0='];

/** The most usual form that the schema allows. Empty if it allows the usual one, or none that is known. */
function allowedShape({ validate }: MediaTypeDeclaration): DeclaredSigning['known'] {
  const allows = (text: string): boolean => validate(text).length === 0;
  for (const prefix of prefixes) {
    for (const [algorithm, hex, base64] of usualFirst) {
      const digits = '0123456789abcdef'.repeat(8).slice(0, hex);
      if (allows(prefix + digits))
        return prefix === '' && algorithm === 'hmac-sha256' ? {} : { algorithm, encoding: 'hex', prefix };
      const padding = '='.repeat((3 - ((hex / 2) % 3)) % 3);
      const text = 'aB1/'.repeat(22).slice(0, base64 - padding.length) + padding;
      if (allows(prefix + text)) return { algorithm, encoding: 'base64', prefix };
    }
  }
  return {};
}
