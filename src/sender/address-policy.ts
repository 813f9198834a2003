import { BlockList, isIP, isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import { RingbackError } from '../core/errors.ts';
import { unbracket } from '../core/unbracket.ts';
import { embeddedIPv4 } from './embedded-ipv4.ts';

/** Which addresses callbacks may be sent to. Checked with the resolved address when the connection is made. */
export interface AddressPolicy {
  /**
   * Whether a connection for `hostname` may be made to `address`.
   * @param hostname as in the URL, without brackets
   * @param address an IPv4 or IPv6 address as a string
   */
  permits(hostname: string, address: string): boolean;
  /** Whether only an entry with this very host or address allows it, and no range, `*.host` or `*`. */
  mustBeNamed(hostname: string, address: string): boolean;
}

/** Loopback, private and this machine itself: RFC 1122 §3.2.1.3, RFC 1918, RFC 4193, RFC 4291. */
const localNetworks: readonly Network[] = [
  // Connecting to the unspecified address reaches this machine.
  ['0.0.0.0', 32],
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
];

/**
 * Link-local addresses, and addresses that clouds give to their machines, including services that issue credentials.
 */
const reservedNetworks: readonly Network[] = [
  // RFC 3927, RFC 4291 §2.5.6. Most metadata services are among them.
  ['169.254.0.0', 16],
  ['fe80::', 10],
  // Azure's host agent: learn.microsoft.com, "What is IP address 168.63.129.16?".
  ['168.63.129.16', 32],
  // Alibaba Cloud, by IPv4 and IPv6.
  ['100.100.100.200', 32],
  ['fd00:100::100:200', 128],
  // Volcengine.
  ['100.96.0.96', 32],
  // Oracle Cloud, classic and over IPv6.
  ['192.0.0.192', 32],
  ['fd00:c1::a9fe:a9fe', 128],
  // AWS over IPv6: instance metadata, credentials of EKS pods, DNS, time.
  ['fd00:ec2::', 32],
  // Google Cloud, machines with IPv6 only.
  ['fd20:ce::254', 128],
  // Scaleway.
  ['fd00:42::42', 128],
  // Akamai (Linode): cloudinit.readthedocs.io, datasource "Akamai".
  ['fd00:a9fe:a9fe::1', 128],
];

/** Names of metadata services. The addresses of some are not in the lists, and may change. */
const metadataHosts: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'metadata.packet.net',
  'api.metadata.cloud.ibm.com',
]);

type Network = readonly [address: string, prefix: number];

/**
 * Allows loopback and private addresses, and those that the entries name. Link-local addresses and cloud metadata
 * services need an entry of their own: the address or the host name itself.
 *
 * The check uses resolved addresses. So another spelling of an address (decimal, hex, mapped to IPv6), or a host name
 * that changes its address between two look-ups, is allowed no more than the address itself.
 * @param allow `host`, `*.host` (any depth, not the host itself), an address, a network such as `1.2.3.0/24` or
 * `2001:db8::/32`, or `*` for everything
 * @throws {RingbackError} `option.invalid` for an entry that is none of these
 */
export function createAddressPolicy(allow: readonly string[]): AddressPolicy {
  const local = blockList(localNetworks);
  const reserved = blockList(reservedNetworks);
  const named = new BlockList();
  const ranges = new BlockList();
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  let everything = false;
  for (const entry of allow) {
    const read = readEntry(entry);
    if (read.kind === 'everything') everything = true;
    else if (read.kind === 'suffix') suffixes.push(read.suffix);
    else if (read.kind === 'host') hosts.add(read.host);
    else if (read.prefix === bitsOf(read.address)) addNetwork(named, read.address, read.prefix);
    else addNetwork(ranges, read.address, read.prefix);
  }
  const isNamed = (host: string, address: string): boolean =>
    hosts.has(host) || [address, ...embeddedIPv4(address)].some((each) => contains(named, each));
  const mustBeNamed = (host: string, address: string): boolean =>
    metadataHosts.has(host) || [address, ...embeddedIPv4(address)].some((each) => contains(reserved, each));
  return {
    permits(hostname, address) {
      const host = nameOf(hostname);
      const bare = withoutZone(address);
      if (isNamed(host, bare)) return true;
      if (mustBeNamed(host, bare)) return false;
      if (everything || contains(local, bare) || contains(ranges, bare)) return true;
      return suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length);
    },
    mustBeNamed: (hostname, address) => mustBeNamed(nameOf(hostname), withoutZone(address)),
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
  const bare = unbracket(slash === -1 ? text : text.slice(0, slash));
  if (isIP(bare) !== 0) {
    const bits = bitsOf(bare);
    const prefix = slash === -1 ? bits : readPrefix(text.slice(slash + 1));
    if (prefix === null || prefix > bits)
      throw invalid(entry, `a prefix length from 0 to ${bits} after the slash`);
    return { kind: 'network', address: bare, prefix };
  }
  if (text.includes('://')) throw invalid(entry, 'a host without scheme and path');
  if (slash !== -1) throw invalid(entry, 'a network such as 1.2.3.0/24 or 2001:db8::/32');
  if (/:\d*$/.test(text)) throw invalid(entry, 'a host without a port; all its ports are allowed');
  const wildcard = text.startsWith('*.');
  const host = domainToASCII(wildcard ? text.slice(2) : text).replace(/\.$/, '');
  // `domainToASCII` cuts off what ends a host in a URL.
  if (/[?#\\]/.test(text) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) {
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
    details: { option: '--allow-callbacks-to', given: entry },
    detail: `Could not read an entry of --allow-callbacks-to. Got ${JSON.stringify(entry)}, expected ${expected}.`,
    violations: [{ location: 'allow-callbacks-to', code: 'option.invalid', message: `expected ${expected}` }],
  });
}

function blockList(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) addNetwork(list, address, prefix);
  return list;
}

function addNetwork(list: BlockList, address: string, prefix: number): void {
  list.addSubnet(address, prefix, familyOf(address));
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

function bitsOf(address: string): number {
  return isIPv4(address) ? 32 : 128;
}

/** A zone names an interface, not a destination (RFC 4007 §11). */
function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

function nameOf(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}
