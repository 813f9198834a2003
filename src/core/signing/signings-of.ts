import type { CallbackType } from '../contract/contract.ts';
import type { Settings } from '../settings.ts';
import { type DeclaredSigning, declaredSignatures } from './declared-signatures.ts';
import { testSecret } from './secret.ts';
import type { HeaderNames, Signing } from './signing.ts';

/** The headers of the schemes, where neither settings nor contract name others. */
const usualNames: Readonly<Record<Exclude<Settings['signing.scheme'], 'none'>, HeaderNames>> = {
  'standard-webhooks': {
    header: 'webhook-signature',
    timestampHeader: 'webhook-timestamp',
    idHeader: 'webhook-id',
  },
  stripe: { header: 'stripe-signature', timestampHeader: '', idHeader: '' },
  github: { header: 'x-hub-signature-256', timestampHeader: '', idHeader: '' },
  twilio: { header: 'x-twilio-signature', timestampHeader: '', idHeader: '' },
  rfc9421: { header: 'signature', timestampHeader: '', idHeader: '' },
  hmac: { header: 'x-signature', timestampHeader: '', idHeader: '' },
};

const none: readonly never[] = [];

/** The signatures of a callback: the one that the settings choose, and those that its contract declares. */
export function signingsOf(settings: Settings, type: CallbackType | undefined): readonly Signing[] {
  const declared = type === undefined ? none : declaredSignatures(type).signings;
  if (settings['signing.scheme'] === 'none') return declared.map((one) => declaredSigning(settings, one));
  const chosen = chosenSigning(settings, declared);
  const others = declared.filter(({ header }) => header !== chosen.header.toLowerCase());
  return [chosen, ...others.map((one) => declaredSigning(settings, one))];
}

/** Whether a test secret signs a callback of this contract, since no secret is configured. */
export function usesTestSecret(settings: Settings, types: Iterable<CallbackType>): boolean {
  if (settings['signing.secrets'].length > 0) return false;
  if (settings['signing.scheme'] !== 'none') return true;
  for (const type of types) if (declaredSignatures(type).signings.length > 0) return true;
  return false;
}

function chosenSigning(settings: Settings, declared: readonly DeclaredSigning[]): Signing {
  const base = baseOf(settings);
  const scheme = settings['signing.scheme'];
  if (scheme === 'none') return base;
  const usual = usualNames[scheme];
  const own =
    declared.find(({ header }) => header === usual.header) ??
    // The headers of RFC 9421 have fixed names: another header keeps its own signature.
    declared.find(({ known, isGuess }) => known.scheme === scheme || (isGuess && scheme !== 'rfc9421'));
  const names: HeaderNames = {
    header: settings['signing.header'] || own?.header || usual.header,
    timestampHeader: settings['signing.timestampHeader'] || own?.timestampHeader || usual.timestampHeader,
    idHeader: settings['signing.idHeader'] || own?.idHeader || usual.idHeader,
  };
  if (scheme !== 'github') return { ...base, ...names, scheme };
  return { ...base, ...names, ...github };
}

const github = {
  scheme: 'hmac',
  algorithm: 'hmac-sha256',
  encoding: 'hex',
  prefix: 'sha256=',
  template: '{{body}}',
} as const;

function declaredSigning(settings: Settings, { known, isGuess, ...names }: DeclaredSigning): Signing {
  const base = baseOf(settings);
  const algorithm = base.algorithm === 'ed25519' ? 'hmac-sha256' : base.algorithm;
  if (known.scheme !== 'standard-webhooks') return { ...base, algorithm, ...known, ...names };
  const { idHeader, timestampHeader } = usualNames['standard-webhooks'];
  return {
    ...base,
    ...known,
    header: names.header,
    idHeader: names.idHeader || idHeader,
    timestampHeader: names.timestampHeader || timestampHeader,
  };
}

function baseOf(settings: Settings): Signing {
  const secrets = settings['signing.secrets'];
  return {
    scheme: 'hmac',
    header: '',
    timestampHeader: '',
    idHeader: '',
    algorithm: settings['signing.algorithm'],
    encoding: settings['signing.encoding'],
    prefix: settings['signing.prefix'],
    template: settings['signing.template'],
    components: settings['signing.components'],
    keyId: settings['signing.identity'],
    secrets: secrets.length > 0 ? secrets : [testSecret],
  };
}
