import { createHash, createHmac } from 'node:crypto';
import { hmacKey, webhookSecret } from '../core/signing/secret.ts';
import type { Signing } from '../core/signing/signing.ts';
import { type Placeholder, templateParts } from '../core/signing/template.ts';
import { bytesOf, type Content, isForm, type Signature, sortedForm, visibleUrl } from './content.ts';
import { signMessage } from './message-signature.ts';

type Scheme = (content: Content, signing: Signing) => Signature;

const schemes: Readonly<Record<Signing['scheme'], Scheme>> = {
  'standard-webhooks': standardWebhooks,
  stripe,
  twilio,
  rfc9421: signMessage,
  hmac: configuredHmac,
};

/** Makes one signature. */
export function makeSignature(content: Content, signing: Signing): Signature {
  const made = schemes[signing.scheme](content, signing);
  const { idHeader, timestampHeader } = signing;
  return {
    ...made,
    companions: {
      ...(idHeader !== '' && { [idHeader]: content.id }),
      ...(timestampHeader !== '' && { [timestampHeader]: String(content.timestamp) }),
      ...made.companions,
    },
  };
}

/** Standard Webhooks, "Verifying webhook authenticity": one signature for each secret. */
function standardWebhooks(content: Content, { header, secrets }: Signing): Signature {
  const { id, timestamp } = content;
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', webhookSecret(secret) ?? secret);
    return `v1,${mac.update(`${id}.${timestamp}.`).update(bytesOf(content)).digest('base64')}`;
  });
  return { signature: { [header]: signatures.join(' ') }, companions: {} };
}

/** Stripe, "Verify webhook signatures manually": `t=` and one `v1=` for each secret. */
function stripe(content: Content, { header, secrets }: Signing): Signature {
  const { timestamp } = content;
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(bytesOf(content));
    return `v1=${mac.digest('hex')}`;
  });
  return { signature: { [header]: [`t=${timestamp}`, ...signatures].join(',') }, companions: {} };
}

/**
 * Twilio, "Webhooks security": URL and form. A body that is not a form is signed by its hash in the parameter
 * `bodySHA256` of the URL.
 */
function twilio(content: Content, { header, secrets: [secret = ''] }: Signing): Signature {
  const url = visibleUrl(content);
  const body = bytesOf(content);
  const isHashed = body.length > 0 && !isForm(content);
  const hash = `bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  if (isHashed) url.search = url.search === '' ? hash : `${url.search}&${hash}`;
  const mac = createHmac('sha1', secret).update(url.href).update(sortedForm(content));
  const sent = new URL(content.url);
  sent.search = url.search;
  return {
    signature: { [header]: mac.digest('base64') },
    companions: {},
    ...(isHashed && { url: sent.href }),
  };
}

function configuredHmac(content: Content, signing: Signing): Signature {
  const { header, algorithm, encoding, prefix, template } = signing;
  const [secret = ''] = signing.secrets;
  const mac = createHmac(algorithm.slice('hmac-'.length), hmacKey(secret) ?? secret);
  for (const part of templateParts(template))
    mac.update(typeof part === 'string' ? part : textOf(part.placeholder, content));
  return { signature: { [header]: prefix + mac.digest(encoding) }, companions: {} };
}

function textOf(placeholder: Placeholder, content: Content): string | Uint8Array {
  switch (placeholder) {
    case 'body':
      return bytesOf(content);
    case 'timestamp':
      return String(content.timestamp);
    case 'id':
      return content.id;
    case 'method':
      return content.method;
    case 'url':
      return visibleUrl(content).href;
    case 'path': {
      const { pathname, search } = visibleUrl(content);
      return pathname + search;
    }
    case 'sortedForm':
      return sortedForm(content);
  }
}
