import type { ChangePolicy } from './loosen.ts';

/** The state callbacks are query parameters of a provider without a published change policy; all else is Informed's. */
export function policyOf(file: string): ChangePolicy {
  return file.includes('/document-state') ? 'additions' : 'values';
}
