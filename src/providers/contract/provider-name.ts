/**
 * The name of a provider for the title of its contract, in lower case with hyphens: `Payment Service API` becomes
 * `payment-service-api`. A title without letters becomes `provider`, and the name of a bundled provider gets `-api`.
 */
export function providerName(title: string, taken: ReadonlySet<string>): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .match(/[a-z0-9]+/g);
  const name = (words ?? []).join('-').slice(0, 60).replace(/-$/, '');
  const safe = /^[a-z]/.test(name) ? name : name === '' ? 'provider' : `provider-${name}`;
  return taken.has(safe) ? `${safe}-api` : safe;
}
