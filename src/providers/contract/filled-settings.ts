import type { CallbackType } from '../../core/contract/contract.ts';
import type { ExpressionScope } from '../../core/contract/runtime-expression.ts';
import { urlTemplate } from '../../core/contract/url-template.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { SampleOptions, StepContext } from '../../core/provider/provider.ts';
import { fillField, type TemplateScope, templatePieces } from '../../core/scenario/templates.ts';

/** What templates of settings and of a configuration refer to when a step is due. */
export function stepScope(context: StepContext, resource: JsonValue | undefined): TemplateScope {
  const { run, clock } = context;
  const event = context.stepRandom();
  return { exchange: run.exchange, resource, now: clock.now(), event, random: event.stream('settings') };
}

/** The target of webhooks, with its templates filled. Undefined: one of them has no value, or it is no URL. */
export function webhookTarget(
  to: string,
  scope: TemplateScope,
  explain: (reason: string) => void,
): string | undefined {
  return to.includes('{{') ? urlTemplate(templatePieces(to))(scope, explain) : to;
}

/** A credential for a callback. Null: none, since a template of the setting has no value, as the warnings say. */
export interface FilledCredential {
  readonly credential: string | null;
  readonly warnings: readonly Violation[];
}

const none: readonly never[] = [];

/** The credential of a callback: that which the submission gives, or the setting with its templates filled. */
export function callbackCredential(
  exchange: ExpressionScope | null,
  setting: string,
  scope: TemplateScope,
): FilledCredential {
  const given = exchange === null ? null : credentialOf(exchange);
  if (given !== null || !setting.includes('{{')) return { credential: given ?? setting, warnings: none };
  const { text, missing } = fillField(setting, scope);
  const warnings = missing.map((template) => ({
    location: 'callbackCredential',
    code: 'template.empty',
    message: `${template} of the setting callbackCredential has no value here. The callback has no credential.`,
  }));
  return { credential: text, warnings };
}

/**
 * The credential of a callback that is sent by hand. No submission belongs to it.
 * @throws {RingbackError} `request.invalid` if the callback requires a credential that only a submission has
 */
export function handCredential(
  type: CallbackType,
  setting: string,
  { random, now }: SampleOptions,
): string | null {
  if (!setting.includes('{{') || type.security.length === 0) return setting;
  const { text, missing } = fillField(setting, {
    exchange: null,
    resource: undefined,
    now,
    random: random.stream('settings'),
  });
  if (text !== null) return text;
  const message = `the setting callbackCredential has ${missing.join(' and ')}, which only a submission has`;
  throw new RingbackError('request.invalid', {
    detail: `Could not fire "${type.type}": ${message}. Let a submission send it, or set callbackCredential to a fixed value.`,
    violations: [{ location: 'callbackCredential', code: 'template.empty', message }],
  });
}

/**
 * The credential that a submission gives for its callbacks, as CloudEvents subscriptions and the CAMARA APIs do:
 * `{sinkCredential: {credentialType: ACCESSTOKEN, accessToken: …}}`.
 */
function credentialOf({ request: { body } }: ExpressionScope): string | null {
  if (!isJsonObject(body)) return null;
  const given = [body.sinkCredential, body.sinkcredential, body.credential, body].find(isJsonObject);
  const token = given?.accessToken ?? given?.access_token;
  return typeof token === 'string' && token !== '' ? token : null;
}
