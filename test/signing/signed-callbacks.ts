import { signatureFaults } from '../../src/core/signing/signature-faults.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';
import { fileWith, serveContract } from '../providers/contract/support.ts';
import type { ConsumerRequest } from '../support/consumer.ts';
import type { ControlBody } from '../support/ringback.ts';

/** A contract with one callback of that media type, and these headers as its parameters. */
export function shop(mediaType = 'application/json', headers: readonly object[] = []): object {
  const schema = {
    type: 'object',
    required: ['id', 'text'],
    properties: {
      id: { type: 'string' },
      text: { type: 'string', example: 'grüße 💶' },
      a: { type: 'integer' },
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    paths: {
      '/orders': {
        post: {
          operationId: 'order',
          requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
          responses: { 202: { description: 'accepted' } },
          callbacks: {
            shipped: {
              '{$request.body#/url}': {
                post: {
                  parameters: headers,
                  requestBody: { required: true, content: { [mediaType]: { schema } } },
                  responses: { 200: { description: 'received' } },
                },
              },
            },
          },
        },
      },
    },
  };
}

const faulty = Object.keys(signatureFaults).map((fault) =>
  JSON.stringify({
    name: fault,
    provider: 'shop',
    timeline: [{ after: '1s', callback: 'shipped' }],
    faults: [{ signature: fault }],
  }),
);
const timeline = [{ after: '1s', callback: 'shipped' }];
const retried = JSON.stringify({
  name: 'retried',
  provider: 'shop',
  retry: { schedule: ['10m'], on: ['4xx', '5xx'] },
  timeline,
});
/** Like `retried`, but the first attempt is forged, so that a good consumer refuses it. */
const forgedFirst = JSON.stringify({
  name: 'forged-first',
  provider: 'shop',
  retry: { schedule: ['10m'], on: ['4xx'] },
  timeline,
  faults: [{ on: { attempt: 1 }, signature: 'wrong-key' }],
});

const twice = JSON.stringify({
  name: 'twice',
  provider: 'shop',
  timeline,
  faults: [{ duplicate: { times: 2 } }],
});

/** How a body can be broken before it is signed. */
export const corruptions = ['invalid-json', 'empty', 'content-type', 'charset'] as const;

const corrupted = corruptions.map((corrupt) =>
  JSON.stringify({ name: corrupt, provider: 'shop', timeline, faults: [{ corrupt }] }),
);

export interface Sent extends ConsumerRequest {
  /** The URL that the consumer sees, with scheme and host. */
  readonly absoluteUrl: string;
}

interface OrderOptions {
  /** The URL of the consumer. Default: one that records what comes. */
  readonly to?: string;
  /** Called after the first attempt. Default: nothing. */
  readonly meanwhile?: () => Promise<void>;
}

export interface SigningStage {
  /** Orders, lets all callbacks be sent, and returns them. */
  order(
    scenario?: string,
    options?: OrderOptions,
  ): Promise<{ sent: readonly Sent[]; deliveries: ControlBody[] }>;
  readonly stage: Awaited<ReturnType<typeof serveContract>>;
}

/**
 * Serves the contract from the present on a virtual clock, since libraries compare timestamps with the real time.
 * @param now the time of the start, in milliseconds since 1970. Default: the present
 */
export async function startShop(
  document: object,
  settings: NonNullable<StartServerOptions['settings']>,
  now = Date.now(),
): Promise<SigningStage> {
  const stage = await serveContract(document, {
    settings,
    now,
    scenarios: [
      fileWith([...faulty, retried, forgedFirst, twice, ...corrupted].join('\n---\n'), 'faults.yaml'),
    ],
  });
  const { consumer, ringback } = stage;
  return {
    stage,
    async order(scenario, { to = `${consumer.url}/hook?shop=7`, meanwhile = async () => undefined } = {}) {
      const before = consumer.requests.length;
      const known = (await ringback.deliveries()).length;
      const response = await fetch(`${ringback.url}/orders`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(scenario !== undefined && { 'x-ringback-scenario': scenario }),
        },
        body: JSON.stringify({ url: to }),
      });
      if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
      await ringback.advance('5s');
      await meanwhile();
      await ringback.settle();
      const sent = consumer.requests
        .slice(before)
        .map((request) => ({ ...request, absoluteUrl: `${consumer.url}${request.url}` }));
      return { sent, deliveries: (await ringback.deliveries()).slice(known) };
    },
  };
}

/** The only request. */
export function only(sent: readonly Sent[]): Sent {
  const [request] = sent;
  if (request === undefined || sent.length !== 1) throw new Error(`${sent.length} requests came.`);
  return request;
}

export function header({ headers }: ConsumerRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
