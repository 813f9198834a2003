/** The address in an IPv6 host such as `[::1]`; any other host stays the same. */
export function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
