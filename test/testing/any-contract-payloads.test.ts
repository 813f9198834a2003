import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  type AnyCallbacks,
  assertCallback,
  callbackExample,
  type LoadedContract,
  loadContract,
  startProvider,
  validateCallback,
} from '../../src/index.ts';
import { matchers } from '../../src/testing/matchers.ts';
import { fileWith, payments } from '../providers/contract/support.ts';

const event = { paymentId: 'p1', status: 'paid' };
/** What no operation of the payments sends: distinct bodies, a query, text, and nothing. */
const others = {
  openapi: '3.1.0',
  info: { title: 'Others', version: '1' },
  webhooks: {
    opened: { post: { requestBody: body({ properties: { type: { const: 'opened' } } }) } },
    closed: { post: { requestBody: body({ properties: { type: { const: 'closed' } } }) } },
    counted: {
      get: { parameters: [{ name: 'count', in: 'query', required: true, schema: { type: 'integer' } }] },
    },
    listed: { post: { requestBody: body({ type: 'array', items: { type: 'integer' }, minItems: 1 }) } },
    noted: { post: { requestBody: body({ type: 'string', maxLength: 5 }, 'text/plain') } },
    pinged: { post: {} },
  },
};

function body(schema: object, mediaType = 'application/json'): object {
  const isObject = !('type' in schema);
  const whole = isObject ? { type: 'object', required: ['type'], ...schema } : schema;
  return { content: { [mediaType]: { schema: whole } } };
}

describe('validateCallback with a contract', () => {
  test('a path gives a promise, and a loaded contract the result', async () => {
    const path = fileWith(payments);
    const result = await validateCallback(event, { contract: path, callback: 'payout.sent' });
    expect(result).toEqual({ valid: true, type: 'payout.sent', payload: event });
    const contract = await loadContract(path);
    expect(validateCallback(event, { contract, callback: 'payout.sent' })).toEqual(result);
    expect(contract).toEqual({
      path,
      callbacks: ['createPayment.failed', 'createPayment.succeeded', 'payout.sent'],
    });
  });

  test('a callback is recognized by its payload if only one can have it', async () => {
    const contract = await loadContract(fileWith(others));
    expect(validateCallback({ type: 'closed' }, { contract })).toMatchObject({ valid: true, type: 'closed' });
    expect(validateCallback({ count: '3' }, { contract })).toEqual({
      valid: true,
      type: 'counted',
      payload: { count: 3 },
    });
    expect(validateCallback({ type: 'close' }, { contract })).toMatchObject({
      valid: false,
      type: null,
      violations: [
        {
          location: '/type',
          message:
            'is "close", expected one of opened, closed; or name the callback with the option "callback". Did you mean "closed"?',
        },
      ],
    });
  });

  test('a payload that several callbacks can have needs the name of one', async () => {
    const contract = await loadContract(fileWith(payments));
    expect(validateCallback(event, { contract })).toEqual({
      valid: false,
      type: null,
      violations: [
        {
          location: '',
          code: 'callback.ambiguous',
          message:
            'may be one of several callbacks: createPayment.failed, createPayment.succeeded, payout.sent; choose one with the option "callback"',
        },
      ],
    });
    expect(validateCallback(event, { contract, callback: 'failed' })).toMatchObject({
      type: 'createPayment.failed',
    });
  });

  test('payloads that are arrays, texts or nothing are checked as the contract says', async () => {
    const contract = await loadContract(fileWith(others));
    const check = (callback: string, payload: unknown) => validateCallback(payload, { contract, callback });
    expect(check('listed', [1, 2])).toMatchObject({ valid: true, payload: [1, 2] });
    expect(check('listed', [])).toMatchObject({ valid: false, violations: [{ code: 'minItems' }] });
    expect(check('noted', 'fine')).toMatchObject({ valid: true, payload: 'fine' });
    expect(check('pinged', undefined)).toEqual({ valid: true, type: 'pinged', payload: null });
    expect(check('pinged', { a: 1 })).toMatchObject({
      valid: false,
      violations: [{ message: 'pinged has neither a body nor query parameters' }],
    });
    expect(check('opened', '{"type":"opened"}')).toMatchObject({
      violations: [{ message: expect.stringContaining('must be an object; got a string') }],
    });
  });

  test('a contract is loaded once, and again when one of its files has changed', async () => {
    const path = fileWith({
      openapi: '3.1.0',
      webhooks: {
        sent: {
          post: { requestBody: { content: { 'application/json': { schema: { $ref: 'part.yaml' } } } } },
        },
      },
    });
    const part = join(path, '../part.yaml');
    writeFileSync(part, 'type: object\n');
    const first = await loadContract(path);
    expect(await loadContract(path)).toBe(first);
    writeFileSync(part, stringify({ type: 'object', required: ['id'] }));
    utimesSync(part, 1, 1);
    const second = await loadContract(path);
    expect(second).not.toBe(first);
    expect(validateCallback({}, { contract: first })).toMatchObject({ valid: true });
    expect(validateCallback({}, { contract: second })).toMatchObject({ valid: false });
  });

  test('a name or contract that does not exist is an error that says what to give', async () => {
    const path = fileWith(payments);
    const contract = await loadContract(path);
    expect(() => validateCallback({}, { contract, callback: 'createPayment.succeded' })).toThrow(
      'Could not validate the callback: there is no such callback. Got "createPayment.succeded", expected one of createPayment.failed, createPayment.succeeded, payout.sent. Did you mean "createPayment.succeeded"?',
    );
    await expect(validateCallback({}, { contract: path, callback: 'nothing' })).rejects.toThrow(
      'there is no such callback',
    );
    await expect(validateCallback({}, { contract: `${path}.no` })).rejects.toThrow(
      /^Could not read the contract .*\.no: the file does not exist/,
    );
    expect(() => validateCallback({}, { contract: {} as never })).toThrow(
      'Could not validate the callback. Got object for the contract, expected what loadContract returned: await loadContract(path).',
    );
    expect(() => assertCallback({}, 'failed', { contract: path as unknown as LoadedContract })).toThrow(
      `Could not assert the callback. Got ${JSON.stringify(path)} for the contract, expected what loadContract returned: await loadContract(path).`,
    );
    await expect(loadContract(undefined as never)).rejects.toThrow(
      'Could not load the contract. Got undefined for the contract, expected the path of a file.',
    );
  });

  test('assertCallback throws the violations in sentences', async () => {
    const contract = await loadContract(fileWith(payments));
    assertCallback(event, 'failed', { contract });
    expect(() => assertCallback({ ...event, status: 'lost' }, 'failed', { contract })).toThrow(
      'Could not assert that the value is the callback createPayment.failed:\n  /status  must be one of',
    );
  });
});

describe('callbackExample with a contract', () => {
  test('every callback has a valid example, the same for the same seed', async () => {
    for (const document of [payments, others]) {
      const contract = await loadContract(fileWith(document));
      for (const callback of contract.callbacks) {
        const payload = callbackExample(callback, { contract });
        expect(validateCallback(payload, { contract, callback })).toMatchObject({ valid: true, payload });
        expect(callbackExample(callback, { contract })).toEqual(payload);
      }
    }
    const contract = await loadContract(fileWith(payments));
    expect(callbackExample('failed', { contract, seed: 2 })).not.toEqual(
      callbackExample('failed', { contract }),
    );
  });

  test('overrides replace properties, and must be valid', async () => {
    const path = fileWith(payments);
    expect(
      await callbackExample('failed', { contract: path, overrides: { status: 'failed', paymentId: 'p7' } }),
    ).toMatchObject({ status: 'failed', paymentId: 'p7' });
    await expect(
      callbackExample('failed', { contract: path, overrides: { status: 'lost' } }),
    ).rejects.toThrow('Could not make an example of createPayment.failed: the overrides break the contract.');
    expect(
      await callbackExample('failed', { contract: path, overrides: { status: 'lost' }, allowInvalid: true }),
    ).toMatchObject({ status: 'lost' });
  });

  test('a body that cannot be made valid is an error that says why', async () => {
    const never = fileWith({
      openapi: '3.1.0',
      webhooks: {
        impossible: { post: { requestBody: body({ type: 'string', allOf: [{ type: 'integer' }] }) } },
      },
    });
    await expect(callbackExample('impossible', { contract: never })).rejects.toThrow(
      /^Could not make an example of impossible\. No valid body could be made for impossible: .* Add a valid example to the contract/,
    );
  });
});

describe('matchers and calls with a contract', () => {
  async function played(path: string) {
    const provider = await startProvider({ contract: path });
    const inbox = provider.inbox();
    await fetch(`${provider.urls.api}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
      body: JSON.stringify({ amount: 1, callbackUrl: inbox.url }),
    });
    await provider.settle();
    return provider;
  }

  test('calls take the names of the contract, and name the nearest of a wrong one', async () => {
    await using provider = await played(fileWith(payments));
    const to = provider.inbox().url;
    const sent = await provider.sendCallback({ callback: 'payout.sent', to, payload: event });
    expect(sent).toMatchObject({ callback: 'payout.sent', payload: event, state: 'delivered' });
    expect(await provider.deliveries({ callback: 'succeeded' })).toHaveLength(1);
    expect(await provider.deliveries({ callback: 'payout.sent', provider: 'payment-service' })).toHaveLength(
      1,
    );
    expect((await provider.waitForDelivery({ callback: 'createPayment.succeeded' })).nth).toBe(1);
    await expect(provider.deliveries({ callback: 'payout.send' })).rejects.toThrow(
      'Could not list deliveries: there is no such callback. Got "payout.send", expected one of createPayment.failed, createPayment.succeeded, payout.sent. Did you mean "payout.sent"?',
    );
    await expect(provider.sendCallback({ callback: 'informed.error', to })).rejects.toThrow(
      'there is no such callback',
    );
    await expect(provider.waitForDelivery({ callback: 'nothing' })).rejects.toThrow(
      'there is no such callback',
    );
    await expect(provider.runs({ provider: 'informed' })).rejects.toThrow(
      'Could not call runs. Got the provider "informed", expected payment-service.',
    );
    await provider.injectFaults('payment-service', { operation: 'createPayment', status: 503 });
    expect((await fetch(`${provider.urls.api}/payments`, { method: 'POST' })).status).toBe(401);
  });

  test('an attached provider has the names of its server', async () => {
    await using server = await played(fileWith(payments));
    await using provider = await startProvider({ url: server.urls.base });
    expect(await provider.deliveries({ callback: 'succeeded' })).toHaveLength(1);
    await expect(provider.deliveries({ callback: 'succeded' })).rejects.toThrow('Did you mean "succeeded"?');
    expect(await provider.runs({ provider: 'payment-service' })).toHaveLength(1);
  });

  test('toHaveReceivedCallbacks takes the names of the provider, for deliveries', async () => {
    await using provider = await played(fileWith(payments));
    const deliveries = await provider.deliveries();
    const received = (...names: readonly string[]) => matchers.toHaveReceivedCallbacks(deliveries, names);
    expect(received('createPayment.succeeded').pass).toBe(true);
    expect(received('succeeded').pass).toBe(true);
    const { pass, message } = received('payout.sent');
    expect(pass).toBe(false);
    expect(message()).toMatch(
      /order:\n {2}1\. payout\.sent\nNumber 1 did not come\. It received:\n {2}1\. createPayment\.succeeded /,
    );
    expect(() => received('payout.send')).toThrow('Did you mean "payout.sent"?');
    expect(() => received('informed.error')).toThrow('there is no such callback');
  });

  test('toHaveReceivedCallbacks compares payloads of any type', async () => {
    await using provider = await startProvider({ contract: fileWith(others) });
    const { url } = provider.inbox();
    await provider.sendCallback({ callback: 'listed', to: url, payload: [1, 2] });
    await provider.sendCallback({ callback: 'pinged', to: url });
    const deliveries = await provider.deliveries();
    const received = (callback: string, payload: unknown) =>
      matchers.toHaveReceivedCallbacks(deliveries, [{ callback, payload }]).pass;
    expect(received('listed', [1, 2])).toBe(true);
    expect(received('listed', [1])).toBe(false);
    expect(received('pinged', undefined)).toBe(true);
    expect(await provider.timeline()).toMatch(/#1 listed POST → 200, delivered.*\n.*#1 pinged POST/);
  });

  test('the requests of an inbox are recognized by the contract that is given', async () => {
    const path = fileWith(others);
    await using provider = await startProvider({ contract: path });
    await provider.sendCallback({ callback: 'closed', to: provider.inbox().url });
    const requests = await provider.inbox().requests();
    const contract = await loadContract(path);
    expect(matchers.toHaveReceivedCallbacks(requests, ['closed'], { contract }).pass).toBe(true);
    expect(matchers.toHaveReceivedCallbacks(requests, ['opened'], { contract }).message()).toContain(
      'It received:\n  1. closed',
    );
  });

  test('toBeCallback takes a contract, and asks for it', async () => {
    const path = fileWith(payments);
    await using provider = await played(path);
    const [delivery] = await provider.deliveries();
    const contract = await loadContract(path);
    expect(matchers.toBeCallback(delivery, 'succeeded', { contract }).pass).toBe(true);
    expect(matchers.toBeCallback({ ...event, status: 'lost' }, 'failed', { contract }).message()).toContain(
      'Expected the callback createPayment.failed, but it is not:\n  /status',
    );
    expect(() => matchers.toBeCallback<AnyCallbacks>(delivery, 'succeeded')).toThrow(
      'Could not apply toBeCallback. Got a delivery of payment-service, expected one of docdigitizer or informed. Give its contract: { contract: await loadContract(path) }.',
    );
  });
});
