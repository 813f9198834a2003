import { parseDuration } from '../duration.ts';
import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import { defaultSettings, type Settings, type SettingsTable } from '../settings.ts';

const everyFailure = ['non-2xx', 'timeout', 'network'] as const;

function policy(
  delays: readonly string[],
  on: readonly string[],
  timeout: string,
  retryAfterMax: string,
): RetryPolicy {
  return {
    delaysMs: delays.map(parseDuration),
    on,
    timeoutMs: parseDuration(timeout),
    retryAfterMaxMs: parseDuration(retryAfterMax),
  };
}

/**
 * Retry policies of well-known senders, by name, for a scenario's `retry`. They follow their documentation, without jitter.
 *
 * - `standard-webhooks`: the example schedule of the Standard Webhooks specification ("Deliverability and
 *   reliability"), its recommended 15–30 s timeout taken at 30 s; `Retry-After` "should be taken into consideration":
 *   up to a day. That `410` disables the endpoint is left out: it is retried like any failure.
 * - `svix`: docs.svix.com/retries, with its 15 s timeout. No use of `Retry-After` is documented.
 * - `shopify`: shopify.dev, changelog of 2024-09-10 and "Troubleshooting webhooks": 8 retries over 4 hours,
 *   exponential, 5 s timeout. The single waits are not published: approximated by doubling, scaled to end at 4 h.
 * - `stripe`: docs.stripe.com/webhooks, live mode: up to three days, exponential. Neither the waits nor the timeout
 *   are published: approximated with waits that add up to 72 h, and 30 s.
 * - `github`: docs.github.com, "Handling failed webhook deliveries": no automatic redelivery, 10 s timeout.
 * - `none`: one attempt, 30 s timeout.
 */
export const knownPresets = {
  'standard-webhooks': policy(
    ['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h'],
    everyFailure,
    '30s',
    '1d',
  ),
  svix: policy(['5s', '5m', '30m', '2h', '5h', '10h', '10h'], everyFailure, '15s', '0s'),
  shopify: policy(
    ['56s', '113s', '226s', '452s', '904s', '1807s', '3614s', '7228s'],
    everyFailure,
    '5s',
    '0s',
  ),
  stripe: policy(['5m', '25m', '90m', '2h', '4h', '8h', '8h', '24h', '24h'], everyFailure, '30s', '0s'),
  github: policy([], [], '10s', '0s'),
  none: policy([], [], '30s', '0s'),
} as const satisfies Readonly<Record<string, RetryPolicy>>;

export type KnownPreset = keyof typeof knownPresets;

/** Providers, as far as they retry. */
export type RetryOwners = ReadonlyMap<
  string,
  { readonly settings?: SettingsTable; retryPolicy?(settings: Settings): RetryPolicy }
>;

/** Every preset that a script can name: the default policy of each provider, and the well-known ones. */
export function retryPresets(providers: RetryOwners): RetryPresets {
  const known = presets.get(providers);
  if (known !== undefined) return known;
  const settings = defaultSettings(providers);
  const own = [...providers].map(([name, provider]) => [
    name,
    provider.retryPolicy?.(settings) ?? knownPresets.none,
  ]);
  const all: RetryPresets = { ...Object.fromEntries(own), ...knownPresets };
  presets.set(providers, all);
  return all;
}

type RetryPresets = Readonly<Record<string, RetryPolicy>>;

/** Every space asks for them. */
const presets = new WeakMap<RetryOwners, RetryPresets>();
