import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { selfSignedCertificate } from '../../../src/server/http/self-signed-certificate.ts';
import { informedClient } from '../../support/clients.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { startRingback } from '../../support/ringback.ts';
import type { Says } from '../says.ts';
import { attempts, bodies, client, codes, consumer, eventTypes, play, ringback } from './stage.ts';

export function showDelivery(says: Says): void {
  says(
    'Informed will POST the relevant asynchronous callback responses to the webhook that you specify.',
    async () => {
      const webhook = '/hook/informed?tenant=7&name=a%20b';
      await client.add(await client.register(consumer.url + webhook), 'paystub.pdf');
      await ringback.settle();
      expect(consumer.requests).toHaveLength(2);
      for (const { method, url, headers } of consumer.requests) {
        expect([method, url, headers['content-type']]).toEqual(['POST', webhook, 'application/json']);
      }
      expect(eventTypes()).toEqual(['extractions', 'verifications']);
    },
  );

  says(
    'If your webhook does not respond with a 2xx (success), Informed will re-submit the request to your endpoint up to 5 times using a delay strategy.',
    async () => {
      consumer.answerAlways({ status: 503 });
      const times = (await attempts()).map(({ at }) => Date.parse(at));
      expect(times).toHaveLength(1 + 5);
      expect(new Set(consumer.requests.map(({ body }) => body.toString())).size).toBe(1);
      const delays = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      for (const [index, delay] of delays.entries()) expect(delay).toBeGreaterThan(delays[index - 1] ?? 0);
      expect((await ringback.advance('1d')).jobs).toBe(0);
      for (const status of [200, 201, 202, 204, 206, 226, 299]) {
        consumer.answerAlways({ status });
        expect(await attempts()).toMatchObject([{ statusCode: status, acknowledged: true, error: null }]);
      }
      consumer.answerAlways({ status: 200 });
      consumer.answer({ status: 503 });
      consumer.answer({ status: 503 });
      expect((await attempts()).map(({ acknowledged }) => acknowledged)).toEqual([false, false, true]);
    },
  );

  says(
    'Informed will retry as mentioned above if your endpoint returns a 429, 500, 502, 503 or 504 status.',
    async () => {
      for (const status of [429, 500, 502, 503, 504]) {
        consumer.answer({ status });
        expect((await attempts()).map(({ statusCode }) => statusCode)).toEqual([status, 200]);
      }
      const others = [
        300, 301, 302, 304, 307, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415,
      ];
      for (const status of [
        ...others,
        418,
        422,
        423,
        424,
        425,
        428,
        431,
        451,
        499,
        501,
        505,
        507,
        508,
        511,
        599,
      ]) {
        consumer.answer({ status });
        expect((await attempts()).map(({ statusCode }) => statusCode)).toEqual([status]);
      }
    },
  );

  says('Your endpoint must support the HTTPS protocol, with a valid certificate.', async () => {
    const strict = await startRingback({ settings: { 'informed.strict': true } });
    const strictClient = informedClient(strict.url);
    await strictClient.add(
      await strictClient.register(consumer.url, { services: ['extract'] }),
      'paystub.pdf',
    );
    const server = createServer(selfSignedCertificate(['127.0.0.1']), (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterwards(async () => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await strictClient.add(await strictClient.register(url, { services: ['extract'] }), 'paystub.pdf');
    await strict.settle();
    const [plain, unvouched] = await strict.deliveries();
    expect(codes(plain.attempts[0])).toEqual(['endpoint.https']);
    expect(plain.state).toBe('delivered');
    expect(unvouched).toMatchObject({ state: 'failed', attempts: { length: 6 } });
    expect(unvouched.attempts[0]).toMatchObject({
      statusCode: null,
      error: expect.stringMatching(/certificate/i),
    });
    expect(codes(unvouched.attempts[0])).toEqual([]);
  });

  says('Your endpoint should return a 200 response status upon receiving the callback payload.', async () => {
    expect((await attempts()).map(codes)).toEqual([[]]);
    for (const status of [201, 202, 204]) {
      consumer.answer({ status });
      expect((await attempts()).map(codes)).toEqual([['answer.status']]);
    }
  });

  says('If your endpoint returns any body in the success response, it must be json-formatted.', async () => {
    expect((await attempts()).map(codes)).toEqual([[]]);
    consumer.answer({ body: '{"ok":true}' });
    expect((await attempts()).map(codes)).toEqual([[]]);
    consumer.answer({ body: 'OK' });
    expect((await attempts()).map(codes)).toEqual([['answer.body']]);
  });

  says(
    'If you have authentication configured on your endpoint (recommended), you must provide that information to Informed.',
    async () => {
      await play();
      expect(consumer.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
      consumer.forget();
      await ringback.set({ 'informed.endpointAuthorization': 'Bearer agreed-on' });
      await play();
      expect(consumer.requests.map(({ headers }) => headers.authorization)).toEqual(
        Array(2).fill('Bearer agreed-on'),
      );
    },
  );

  says('All callbacks will have an event_type node that specifies what type of callback it is.', async () => {
    await play();
    await play({ scenario: 'unreadable' });
    const [extractions, verifications, error] = bodies();
    expect(extractions).toMatchObject({ event_type: 'extractions', documents: expect.any(Object) });
    expect(verifications).toMatchObject({ event_type: 'verifications', verifications: expect.any(Object) });
    expect(error).toMatchObject({ event_type: 'error', error_message: expect.any(String) });
  });

  says('The event types are as follows: extractions verifications error', async () => {
    for (const scenario of ['complete', 'unreadable', 'verifications-delayed']) await play({ scenario });
    expect(new Set(eventTypes())).toEqual(new Set(['extractions', 'verifications', 'error']));
  });
}
