import { RingbackError } from '../errors.ts';
import type { SettingEntry } from '../read-setting.ts';
import { freeHeaderName, type SettingRule } from '../setting-rules.ts';
import { ed25519Seed, hmacKey, webhookSecret } from './secret.ts';
import { placeholders, unknownPlaceholders } from './template.ts';

const schemes = ['none', 'standard-webhooks', 'stripe', 'github', 'twilio', 'rfc9421', 'hmac'] as const;
const algorithms = ['hmac-sha256', 'hmac-sha1', 'hmac-sha512', 'ed25519'] as const;

export type SignatureAlgorithm = (typeof algorithms)[number];

/** Derived components of requests (RFC 9421 §2.2), without those that need a parameter. */
const derivedComponents = [
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
] as const;

const nonEmpty: SettingRule = {
  expected: 'an array of secrets that are not empty',
  fits: (secrets) => Array.isArray(secrets) && !secrets.includes(''),
};

const template: SettingRule = {
  expected: `a template with the placeholders ${placeholders.map((name) => `{{${name}}}`).join(', ')}`,
  fits: (text) => unknownPlaceholders(String(text)).length === 0,
};

const components: SettingRule = {
  expected: `an array of different names, each a header in lower case or one of ${derivedComponents.join(', ')}`,
  fits: (names) =>
    Array.isArray(names) &&
    new Set(names).size === names.length &&
    names.every((name) => derivedComponents.includes(name) || /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)),
};

/** RFC 8941 §3.3.3, the characters of a string. */
const keyId: SettingRule = {
  expected: 'printable ASCII characters',
  fits: (text) => /^[\x20-\x7e]*$/.test(String(text)),
};

/** RFC 9110 §5.5, without the characters beyond ASCII. */
const prefix: SettingRule = {
  expected: 'printable ASCII characters',
  fits: (text) => /^[\x20-\x7e]*$/.test(String(text)),
};

/** The settings of signatures, which the engine brings. */
export const signingSettings = {
  'signing.scheme': {
    type: schemes,
    default: 'none',
    text: 'How callbacks are signed. `none`: only with the headers that your contract declares for signatures.',
    choice: false,
  },
  'signing.secrets': {
    type: 'strings',
    default: [],
    text: 'Secrets that sign, newest first. `standard-webhooks`, `stripe` and `rfc9421` sign with each of them, for rotation. The other schemes use the first one. Empty: a fixed test secret, which the start shows.',
    choice: false,
    secret: true,
    rule: nonEmpty,
  },
  'signing.header': {
    type: 'string',
    default: '',
    text: 'Name of the header with the signature. `rfc9421` does not use it. Empty: the header that your contract declares, or that of the scheme. With `hmac`, that is `X-Signature`.',
    choice: false,
    rule: freeHeaderName,
  },
  'signing.timestampHeader': {
    type: 'string',
    default: '',
    text: 'Name of a header with the time of the attempt in seconds since 1970. Empty: the one that your contract declares, or with `standard-webhooks` `webhook-timestamp`. Otherwise none.',
    choice: false,
    rule: freeHeaderName,
  },
  'signing.idHeader': {
    type: 'string',
    default: '',
    text: 'Name of a header with the id of the message. Empty: the one that your contract declares, or with `standard-webhooks` `webhook-id`. Otherwise none.',
    choice: false,
    rule: freeHeaderName,
  },
  'signing.algorithm': {
    type: algorithms,
    default: 'hmac-sha256',
    text: 'Algorithm of the signature. `hmac` takes those that start with `hmac`; `rfc9421` takes `hmac-sha256` and `ed25519`.',
    choice: false,
  },
  'signing.encoding': {
    type: ['hex', 'base64'],
    default: 'hex',
    text: 'How `hmac` writes the signature.',
    choice: false,
  },
  'signing.prefix': {
    type: 'string',
    default: '',
    text: 'Text before the signature of `hmac`, e.g. `sha256=`.',
    choice: false,
    rule: prefix,
  },
  'signing.template': {
    type: 'string',
    default: '{{body}}',
    text: 'What `hmac` signs, e.g. `{{timestamp}}.{{body}}`, `v0:{{timestamp}}:{{body}}` or `{{url}}{{sortedForm}}`. It may contain `{{body}}`, `{{timestamp}}`, `{{id}}`, `{{method}}`, `{{url}}`, `{{path}}` (with the query) and `{{sortedForm}}` (names and values of a form, sorted by name, without separators).',
    choice: false,
    rule: template,
  },
  'signing.components': {
    type: 'strings',
    default: ['@method', '@target-uri', 'content-type', 'content-digest'],
    text: 'What `rfc9421` signs: headers in lower case, and `@method`, `@target-uri`, `@authority`, `@scheme`, `@request-target`, `@path`, `@query`. A header that the request lacks is left out. With `content-digest`, the request has that header (RFC 9530).',
    choice: false,
    rule: components,
  },
  'signing.identity': {
    type: 'string',
    default: 'ringback',
    text: 'The `keyid` of `rfc9421`. That of the second secret ends in `-2`, and so on.',
    choice: false,
    rule: keyId,
  },
} as const satisfies Readonly<Record<string, SettingEntry>>;

/** The settings that must fit each other. */
interface Chosen {
  readonly 'signing.scheme': (typeof schemes)[number];
  readonly 'signing.secrets': readonly string[];
  readonly 'signing.algorithm': SignatureAlgorithm;
}

/**
 * Checks that scheme, algorithm and secrets fit each other.
 * @throws {RingbackError} `setting.invalid`
 */
export function checkSigning(settings: Chosen): void {
  const scheme = settings['signing.scheme'];
  const algorithm = settings['signing.algorithm'];
  const usable =
    scheme === 'rfc9421' ? ['hmac-sha256', 'ed25519'] : algorithms.filter((a) => a !== 'ed25519');
  if ((scheme === 'rfc9421' || scheme === 'hmac') && !usable.includes(algorithm))
    throw unfit('signing.algorithm', algorithm, `one of ${usable.join(', ')} with signing.scheme ${scheme}`);
  const { read, expected } = formOf(scheme, algorithm);
  const wrong = settings['signing.secrets'].findIndex((secret) => read(secret) === null);
  if (wrong !== -1)
    throw unfit(
      'signing.secrets',
      `another form in secret ${wrong + 1}`,
      `${expected} with signing.scheme ${scheme}`,
    );
}

interface SecretForm {
  readonly read: (secret: string) => Uint8Array | null;
  readonly expected: string;
}

function formOf(scheme: Chosen['signing.scheme'], algorithm: SignatureAlgorithm): SecretForm {
  if (scheme === 'standard-webhooks') return { read: webhookSecret, expected: 'whsec_ and base64' };
  if (scheme === 'rfc9421' && algorithm === 'ed25519')
    return {
      read: ed25519Seed,
      expected: 'a private key of Ed25519, as PEM (PKCS #8) or its 32 bytes in base64,',
    };
  if (scheme === 'hmac' || scheme === 'rfc9421')
    return { read: hmacKey, expected: 'any text, base64: and base64, or hex: and hexadecimal digits' };
  return { read: (secret) => new TextEncoder().encode(secret), expected: 'any text' };
}

function unfit(name: string, got: string, expected: string): RingbackError {
  return new RingbackError('setting.invalid', {
    details: { name, expected },
    detail: `Could not set "${name}". Got ${got}, expected ${expected}.`,
    violations: [{ location: name, code: 'setting.invalid', message: `expected ${expected}` }],
  });
}
