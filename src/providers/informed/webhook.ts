import { isCallbackUrl } from '../../core/callback-url.ts';
import type { CallbackTarget } from '../../core/engine/runs/run.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { Settings } from '../../core/settings.ts';

/** The current target of an application's callbacks, with the credentials agreed out of band. */
export function callbackTarget(registration: JsonObject, settings: Settings): CallbackTarget {
  const webhook = String(registration.webhook);
  const hash = webhook.indexOf('#');
  const url = hash === -1 ? webhook : webhook.slice(0, hash);
  return { url, method: 'POST', headers: callbackHeaders(settings) };
}

/** The credentials agreed out of band. */
export function callbackHeaders(settings: Settings): CallbackTarget['headers'] {
  const authorization = settings['informed.endpointAuthorization'];
  return authorization === '' ? {} : { authorization };
}

/**
 * Rejects a webhook that no callback can be sent to.
 * @throws {RingbackError} `request.invalid`
 */
export function checkWebhook(webhook: JsonValue | undefined): void {
  if (isCallbackUrl(webhook)) return;
  const message = `got ${quoted(webhook ?? null)}, expected an absolute http or https URL`;
  throw new RingbackError('request.invalid', {
    detail: `Could not read the webhook: ${message}, such as https://consumer.example/informed.`,
    violations: [{ location: 'body/webhook', code: 'format', message }],
  });
}
