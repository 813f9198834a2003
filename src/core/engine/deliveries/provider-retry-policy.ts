import { retryPresets } from '../../scenario/retry-presets.ts';
import { type Settings, settingsTable } from '../../settings.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What the settings `<provider>.retryDelays` … say; one attempt for a provider that has no such settings. */
export function providerRetryPolicy(provider: string, settings: Settings): RetryPolicy {
  const none = retryPresets.none;
  const value = <T>(name: string, fallback: T): T => {
    const key = `${provider}.${name}`;
    return Object.hasOwn(settingsTable, key) ? (settings[key as keyof Settings] as T) : fallback;
  };
  return {
    delaysMs: value('retryDelays', none.delaysMs),
    on: value('retryOn', none.on),
    timeoutMs: value('attemptTimeout', none.timeoutMs),
    retryAfterMaxMs: value('retryAfterMax', none.retryAfterMaxMs),
  };
}
