import type { ChangePolicy } from './loosen.ts';

/** State callbacks are query parameters of a provider without a published change policy; all others are Informed's. */
export function policyOf(file: string): ChangePolicy {
  return file.includes('/document-state') ? 'additions' : 'values';
}
