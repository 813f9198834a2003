import { describe, expect, it } from 'vitest';
import { clipped, quoted } from '../../src/core/quoted.ts';
import { call, useTestServer } from '../support/test-server.ts';

const long = 'k'.repeat(200_000);
const script = (member: string) => `name: a\nprovider: docdigitizer\n${member}\n`;

describe('an error', () => {
  const server = useTestServer();
  const put = (body: string, type = 'application/yaml') =>
    fetch(`${server().url}/_ringback/scenarios/docdigitizer/a`, {
      method: 'PUT',
      body,
      headers: { 'content-type': type },
    });
  const control = (method: string, path: string, body: unknown) => () =>
    fetch(`${server().url}/_ringback/${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const register = (members: object) => () =>
    fetch(`${server().url}/informed/v1/consumer/applications`, {
      method: 'POST',
      body: JSON.stringify(members),
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('a:b')}` },
    });
  const submit = (name: string, value: string) => () => {
    const form = new FormData();
    form.append(name, value);
    const headers = { authorization: 'any' };
    return fetch(`${server().url}/docdigitizer/api/v2/documents`, { method: 'POST', body: form, headers });
  };

  it.each<[string, () => Promise<Response>]>([
    ['an unknown key of a script', () => put(script(`${long}: 1`))],
    ['an unknown key within a script', () => put(script(`timings: { ${long}: 1s }`))],
    ['a value of a script', () => put(script(`outcome: { final: ${long} }`))],
    ['a duration of a script', () => put(script(`timings: { final: ${long} }`))],
    ['a setting of a script', () => put(script(`settings: { ${long}: 1 }`))],
    ['a name of a script', () => put(`name: ${long}\nprovider: docdigitizer\noutcome: {}\n`)],
    ['a provider of a script', () => put(`name: a\nprovider: ${long}\noutcome: {}\n`)],
    ['a callback of a script', () => put(script(`timeline:\n- { after: 1s, callback: ${long} }`))],
    ['a duplicate key of a script', () => put(script(`${long}: 1\n${long}: 1`))],
    ['a script that is invalid YAML', () => put(`{ "${long}`)],
    ['a script that is invalid JSON', () => put(`{"${long}": }`, 'application/json')],
    ['the keys of an object in a script', () => put(script(`faults:\n- { ${long}: 1, b${long}: 2 }`))],
    ['the name of a setting', control('PATCH', 'settings', { [long]: 1 })],
    ['the value of a setting', control('PATCH', 'settings', { 'informed.quietPeriod': long })],
    ['a scenario to be queued', control('POST', 'next', { scenario: long })],
    [
      'an operation to be queued for',
      control('POST', 'next', { scenario: 'rejected', match: { operation: long } }),
    ],
    ['an unknown member', control('POST', 'next', { scenario: 'rejected', [long]: 1 })],
    [
      'unknown members',
      control(
        'POST',
        'next',
        Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i}${'k'.repeat(300)}`, 1])),
      ),
    ],
    ['a duration', control('POST', 'clock', { advance: long })],
    ['a callback', control('POST', 'callbacks', { callback: long, to: 'http://127.0.0.1:1/' })],
    ['a URL', control('POST', 'callbacks', { callback: 'informed.error', to: long })],
    [
      'a method',
      control('POST', 'callbacks', { callback: 'informed.error', to: 'http://127.0.0.1:1/', method: long }),
    ],
    [
      'a header of an inbox',
      control('PUT', 'inboxes/a', { answers: [{ status: 200, headers: { [`${long} `]: 'x' } }] }),
    ],
    [
      'headers of an inbox',
      control('PUT', 'inboxes/a', {
        answers: [
          {
            status: 200,
            headers: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i} x`, 'x'])),
          },
        ],
      }),
    ],
    [
      'a body that is invalid JSON',
      () =>
        fetch(`${server().url}/_ringback/next`, {
          method: 'POST',
          body: `{"${long}": }`,
          headers: { 'content-type': 'application/json' },
        }),
    ],
    [
      'a date of a registration',
      register({ application_reference_id: 'r', application_date: long, services: ['extract'] }),
    ],
    [
      'services of a registration',
      register({ application_reference_id: 'r', application_date: '2029-01-01', services: [long] }),
    ],
    [
      'a webhook',
      register({
        application_reference_id: 'r',
        application_date: '2029-01-01',
        services: ['extract'],
        webhook: long,
      }),
    ],
    ['a form field', submit('callbackUrl', long)],
    ['the name of a form field', submit(long, 'x')],
  ])('repeats only the start of %s', async (_, send) => {
    const response = await send();
    const text = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(text.length).toBeLessThan(60_000);
    const { detail, violations } = JSON.parse(text);
    expect(detail.length).toBeLessThanOrEqual(2_000);
    expect(violations.length).toBeLessThanOrEqual(102);
    // No long piece of the input is repeated.
    expect(text).not.toMatch(/k{320}/);
  });

  it('has the whole of a short value', async () => {
    const { body } = await call('POST', `${server().url}/_ringback/next`, { scenario: 'x'.repeat(150) });
    expect(body.detail).toContain(`"${'x'.repeat(150)}"`);
  });
});

describe('a string in a message', () => {
  it.each([
    [quoted('a"b'), '"a\\"b"'],
    [quoted('a'.repeat(200)), `"${'a'.repeat(200)}"`],
    [quoted('a'.repeat(201)), `"${'a'.repeat(199)}…"`],
    [quoted({ a: 1 }), '{"a":1}'],
    [quoted(undefined), 'undefined'],
    [quoted([long]).length, 200],
    [clipped('ab😀cd', 4), 'ab…'],
    [clipped('abcd', 4), 'abcd'],
  ])('is %j', (text, expected) => {
    expect(text).toBe(expected);
  });
});
