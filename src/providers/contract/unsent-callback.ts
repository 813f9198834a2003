import type { CallbackType } from '../../core/contract/contract.ts';
import type { ExpressionScope } from '../../core/contract/runtime-expression.ts';
import type { Violation } from '../../core/errors.ts';

/**
 * Why a callback has no URL, or a webhook no target.
 * @param reason why that of a configuration has no value. Default: it names none
 */
export function unaddressed(type: CallbackType, exchange: ExpressionScope, reason?: string): Violation {
  if (type.kind !== 'callback') {
    const advice = 'Give one with --webhooks-to <url> or the setting webhooks.to.';
    return unsentCallback(
      type,
      `The webhook ${type.type} was not sent: it has no target${reason === undefined ? '' : `, since ${reason}`}. ${advice}`,
    );
  }
  let why = type.unsubmittable ?? '';
  const explain = (each: string): void => {
    why = each;
  };
  if (reason === undefined) type.url?.(exchange, explain);
  else why = reason;
  // A key that cannot be read has its own advice.
  const hint =
    type.unsubmittable === null
      ? '. If it is elsewhere, name the place as callbackUrl in ringback.yaml.'
      : '';
  return unsentCallback(
    type,
    `The callback ${type.type} was not sent, since the submission has no URL for it: ${why}${hint}`,
  );
}

export function unsentCallback(type: CallbackType, message: string): Violation {
  return { location: `callback ${type.type}`, code: 'callback.not-sent', message };
}
