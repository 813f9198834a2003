import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';

describe('createAddressPolicy', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['10.1.2.3', true],
    ['172.16.0.1', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['192.168.65.254', true],
    ['192.169.0.1', false],
    ['0.0.0.0', true],
    ['0.0.0.1', false],
    ['169.254.169.254', false],
    ['169.254.1.1', false],
    ['100.64.0.1', false],
    ['8.8.8.8', false],
    ['255.255.255.255', false],
    ['::1', true],
    ['::', true],
    ['::2', false],
    ['fd12:3456::1', true],
    ['fd00:ec2::254', false],
    ['fd00:ec2::23', false],
    ['fd20:ce::254', false],
    ['fd00:42::42', false],
    ['fe80::1', true],
    ['fe80::1%lo', true],
    ['2001:db8::1', false],
    ['::ffff:127.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['::ffff:169.254.169.254', false],
    ['64:ff9b::7f00:1', false],
  ])('without entries: %s → %s', (address, permitted) => {
    expect(createAddressPolicy([]).permits('consumer.test', address)).toBe(permitted);
  });

  it.each([
    ['api.example.com', 'api.example.com', '8.8.8.8', true],
    ['API.Example.com', 'api.example.com', '8.8.8.8', true],
    ['api.example.com', 'API.Example.com', '8.8.8.8', true],
    ['api.example.com', 'api.example.com.', '8.8.8.8', true],
    ['api.example.com', 'evil-api.example.com', '8.8.8.8', false],
    ['api.example.com', 'api.example.com.evil.test', '8.8.8.8', false],
    ['*.example.com', 'a.b.example.com', '8.8.8.8', true],
    ['*.example.com', 'example.com', '8.8.8.8', false],
    ['*.example.com', 'notexample.com', '8.8.8.8', false],
    ['münchen.example', 'xn--mnchen-3ya.example', '8.8.8.8', true],
    ['1.2.3.0/24', 'any.test', '1.2.3.255', true],
    ['1.2.3.0/24', 'any.test', '1.2.4.0', false],
    ['1.2.3.0/24', 'any.test', '::ffff:1.2.3.4', true],
    ['0.0.0.0/0', 'any.test', '9.9.9.9', true],
    ['8.8.8.8', 'any.test', '8.8.8.8', true],
    ['8.8.8.8', 'any.test', '8.8.8.9', false],
    ['134744072', 'any.test', '8.8.8.8', true],
    ['2001:db8::/32', 'any.test', '2001:db8:1::1', true],
    ['2001:db8::/32', 'any.test', '2001:db9::1', false],
    ['[2001:db8::1]', 'any.test', '2001:db8::1', true],
    ['169.254.169.254', 'any.test', '169.254.169.254', true],
    ['*', 'any.test', '169.254.169.254', true],
  ])('with %s: %s at %s → %s', (entry, host, address, permitted) => {
    expect(createAddressPolicy([entry]).permits(host, address)).toBe(permitted);
  });

  it.each([
    ['', 'expected a host, *.host, an address'],
    ['a b', 'expected a host, *.host, an address'],
    ['exa*mple.com', 'expected a host, *.host, an address'],
    ['*.', 'expected a host, *.host, an address'],
    ['*.8.8.8.8', 'expected a host name after "*."'],
    ['https://example.com', 'expected a host without scheme and path'],
    ['example.com:8080', 'expected a host without a port'],
    ['example.com/24', 'expected a network such as'],
    ['1.2.3.0/33', 'expected a prefix length from 0 to 32'],
    ['1.2.3.0/', 'expected a prefix length from 0 to 32'],
    ['1.2.3.0/x', 'expected a prefix length from 0 to 32'],
    ['2001:db8::/129', 'expected a prefix length from 0 to 128'],
  ])('refuses the entry %j', (entry, message) => {
    expect(() => createAddressPolicy(['127.0.0.1', entry])).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining(message) }),
    );
  });
});
