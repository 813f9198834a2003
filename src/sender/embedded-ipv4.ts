import { isIPv6 } from 'node:net';

/**
 * The position of the IPv4 address in an address of RFC 6052 §2.2, by the prefix lengths that fit into 64:ff9b:1::/48.
 */
const translated: readonly (readonly number[])[] = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
];

/**
 * The IPv4 addresses that an IPv6 address contains: mapped, compatible and translated ones (RFC 4291 §2.5.5, RFC 2765
 * §2.1), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 * @param address as a string, without a zone
 */
export function embeddedIPv4(address: string): readonly string[] {
  if (!isIPv6(address)) return [];
  const bytes = bytesOf(address);
  const begins = (...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  const areZero = (from: number, to: number): boolean => bytes.slice(from, to).every((byte) => byte === 0);
  const read = (places: readonly number[], mask = 0): string =>
    places.map((place) => (bytes[place] ?? 0) ^ mask).join('.');
  const last = [12, 13, 14, 15];

  const isMapped = areZero(0, 10) && bytes[10] === 0xff && bytes[11] === 0xff;
  const isTranslated = areZero(0, 8) && bytes[8] === 0xff && bytes[9] === 0xff && areZero(10, 12);
  // `::` and `::1` are addresses of their own.
  const isCompatible = areZero(0, 12) && !(areZero(12, 15) && (bytes[15] ?? 0) <= 1);
  const isNat64 = begins(0, 0x64, 0xff, 0x9b) && areZero(4, 12);
  const isIsatap =
    ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  if (isMapped || isTranslated || isCompatible || isNat64 || isIsatap) return [read(last)];
  if (begins(0, 0x64, 0xff, 0x9b, 0, 1)) return translated.map((places) => read(places));
  if (begins(0x20, 0x02)) return [read([2, 3, 4, 5])];
  if (begins(0x20, 0x01, 0, 0)) return [read([4, 5, 6, 7]), read(last, 0xff)];
  return [];
}

/** The 16 bytes of an address. `::` means as many zeros as are missing, and the address may end with IPv4. */
function bytesOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const before = readGroups(head);
  const after = readGroups(tail ?? '');
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
