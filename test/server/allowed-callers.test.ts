import { describe, expect, it } from 'vitest';
import { readHostNames, readOrigins } from '../../src/server/http/allowed-callers.ts';

describe('names of hosts', () => {
  it.each([
    ['ringback', 'ringback', true],
    [' Ringback ', 'ringback', true],
    ['ringback.', 'ringback', true],
    ['ringback', 'ringback.evil.example', false],
    ['münchen.example', 'xn--mnchen-3ya.example', true],
    ['my_service', 'my_service', true],
    ['*.preview.test', 'a.b.preview.test', true],
    ['*.preview.test', 'preview.test', false],
    ['*.preview.test', 'notpreview.test', false],
  ])('with %s, %s is one: %s', (entry, name, expected) => {
    expect(readHostNames([entry])(name)).toBe(expected);
  });

  it.each([
    '',
    '*',
    '*.',
    'a b',
    'http://ringback',
    'ringback:4020',
    'ringback/x',
    'ringback?x',
    'ringback#x',
    'ringback\\x',
    '[::1]',
    'a.*.test',
  ])('refuses %j', (entry) => {
    expect(() => readHostNames(['ok', entry])).toThrow(
      `Could not read an entry of --allow-host. Got ${JSON.stringify(entry)}, expected a host name without scheme and port`,
    );
  });
});

describe('origins of pages', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['HTTPS://App.Example.Test:443', 'https://app.example.test'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['chrome-extension://abcdef', 'chrome-extension://abcdef'],
    ['capacitor://localhost', 'capacitor://localhost'],
  ])('reads %s as %s', (entry, origin) => {
    expect([...readOrigins([entry])]).toEqual([origin]);
  });

  it.each([
    '',
    '*',
    'null',
    'localhost:3000',
    'http://',
    'http://a/b',
    'http://a?b',
    'http://u:p@a',
    'file:///x',
    'data:x',
  ])('refuses %j', (entry) => {
    expect(() => readOrigins([entry])).toThrow('Could not read an entry of --allow-origin.');
  });
});
