import { BlockList, isIP, isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import { RingbackError } from '../core/errors.ts';

/** Which addresses callbacks may go to. Asked with the resolved address, at connect time. */
export interface AddressPolicy {
  /**
   * Whether a connection for `hostname` may be made to `address`.
   * @param hostname as in the URL, without brackets
   * @param address an IPv4 or IPv6 address in text form
   */
  permits(hostname: string, address: string): boolean;
}

/** Loopback, private and this machine itself: RFC 1122 §3.2.1.3, RFC 1918, RFC 4193, RFC 4291. */
const localNetworks: readonly (readonly [string, number])[] = [
  // Connecting to the unspecified address reaches this machine.
  ['0.0.0.0', 32],
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];

/** Cloud metadata services in private networks of IPv6: AWS and its EKS, GCP, Scaleway. 169.254.0.0/16 is not local at all. */
const metadataAddresses: readonly string[] = ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:42::42'];

/**
 * Allows loopback and private addresses, and besides them what the entries name.
 *
 * Since the check is made on resolved addresses, another spelling of an address (decimal, hex, mapped to IPv6)
 * or a host name that changes its address between two look-ups gets through no more than the address itself.
 * @param allow `host`, `*.host` (any depth, not the host itself), an address, a network such as `1.2.3.0/24`
 * or `2001:db8::/32`, or `*` for everything
 * @throws {RingbackError} `option.invalid` for an entry that is none of these
 */
export function createAddressPolicy(allow: readonly string[]): AddressPolicy {
  const local = blockList(localNetworks);
  const metadata = blockList(metadataAddresses.map((address) => [address, 128]));
  const allowed = new BlockList();
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  let everything = false;
  for (const entry of allow) {
    const read = readEntry(entry);
    if (read.kind === 'everything') everything = true;
    else if (read.kind === 'network') addNetwork(allowed, read.address, read.prefix);
    else if (read.kind === 'suffix') suffixes.push(read.suffix);
    else hosts.add(read.host);
  }
  return {
    permits(hostname, address) {
      if (everything) return true;
      const family = familyOf(address);
      if (local.check(address, family) && !metadata.check(address, family)) return true;
      if (allowed.check(address, family)) return true;
      const host = hostname.toLowerCase().replace(/\.$/, '');
      return (
        hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length)
      );
    },
  };
}

type Entry =
  | { kind: 'everything' }
  | { kind: 'network'; address: string; prefix: number }
  | { kind: 'suffix'; suffix: string }
  | { kind: 'host'; host: string };

function readEntry(entry: string): Entry {
  const text = entry.trim();
  if (text === '*') return { kind: 'everything' };
  const slash = text.indexOf('/');
  const bare = unbracketed(slash === -1 ? text : text.slice(0, slash));
  if (isIP(bare) !== 0) {
    const bits = isIPv4(bare) ? 32 : 128;
    const prefix = slash === -1 ? bits : readPrefix(text.slice(slash + 1));
    if (prefix === null || prefix > bits)
      throw invalid(entry, `a prefix length from 0 to ${bits} after the slash`);
    return { kind: 'network', address: bare, prefix };
  }
  if (text.includes('://')) throw invalid(entry, 'a host without scheme and path');
  if (slash !== -1) throw invalid(entry, 'a network such as 1.2.3.0/24 or 2001:db8::/32');
  if (/:\d*$/.test(text)) throw invalid(entry, 'a host without a port; every port of it is allowed');
  const wildcard = text.startsWith('*.');
  const host = domainToASCII(wildcard ? text.slice(2) : text).replace(/\.$/, '');
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) {
    throw invalid(entry, 'a host, *.host, an address, a network such as 1.2.3.0/24, or *');
  }
  // 2130706433 and 0x7f.1 are spellings of an address.
  if (isIP(host) !== 0) {
    if (wildcard) throw invalid(entry, 'a host name after "*."');
    return { kind: 'network', address: host, prefix: 32 };
  }
  return wildcard ? { kind: 'suffix', suffix: `.${host}` } : { kind: 'host', host };
}

function readPrefix(text: string): number | null {
  return /^\d{1,3}$/.test(text) ? Number(text) : null;
}

function invalid(entry: string, expected: string): RingbackError {
  return new RingbackError('option.invalid', {
    detail: `Failed to read an address that callbacks are allowed to. Got ${JSON.stringify(entry)}, expected ${expected}.`,
    violations: [{ location: 'allow-callbacks-to', code: 'option.invalid', message: `expected ${expected}` }],
  });
}

function blockList(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) addNetwork(list, address, prefix);
  return list;
}

function addNetwork(list: BlockList, address: string, prefix: number): void {
  list.addSubnet(address, prefix, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
