import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StartServerOptions } from '../../../src/server/start-server-options.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { type Consumer, startConsumer } from '../../support/consumer.ts';
import { startRingback, type TestRingback } from '../../support/ringback.ts';

/** Writes a document to a file that is removed at the end of the test or file. */
export function fileWith(document: object | string, name = 'openapi.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-contract-'));
  closeAfterwards(async () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, typeof document === 'string' ? document : stringify(document));
  return file;
}

export interface Stage {
  readonly consumer: Consumer;
  readonly ringback: TestRingback;
  /** The JSON bodies that the consumer received. */
  bodies(): unknown[];
}

/** Serves a contract, beside a consumer. */
export async function serveContract(
  document: object | string,
  options: StartServerOptions = {},
): Promise<Stage> {
  const consumer = await startConsumer();
  const ringback = await startRingback({ contract: fileWith(document), ...options });
  return {
    consumer,
    ringback,
    bodies: () => consumer.requests.map(({ body }) => JSON.parse(body.toString())),
  };
}

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ok = { 204: { description: 'received' } };
const event = { $ref: '#/components/schemas/Event' };

/** Payments: one submission with two callbacks, one resource, one webhook. */
export const payments = {
  openapi: '3.1.0',
  info: { title: 'Payment Service', version: '1' },
  servers: [{ url: 'https://api.pay.example/v1' }],
  security: [{ key: [] }],
  paths: {
    '/payments': {
      post: {
        operationId: 'createPayment',
        requestBody: {
          required: true,
          ...json({
            type: 'object',
            required: ['amount'],
            properties: {
              amount: { type: 'number', exclusiveMinimum: 0 },
              reference: { type: 'string' },
              callbackUrl: { type: 'string', format: 'uri' },
            },
          }),
        },
        responses: {
          201: { description: 'created', ...json({ $ref: '#/components/schemas/Payment' }) },
          402: {
            description: 'no money',
            ...json({ type: 'object', required: ['reason'], properties: { reason: { type: 'string' } } }),
          },
        },
        callbacks: {
          failed: { '{$request.body#/callbackUrl}': { post: { requestBody: json(event), responses: ok } } },
          succeeded: {
            '{$request.body#/callbackUrl}': { post: { requestBody: json(event), responses: ok } },
          },
        },
      },
    },
    '/payments/{paymentId}': {
      get: {
        operationId: 'getPayment',
        parameters: [{ name: 'paymentId', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'found', ...json({ $ref: '#/components/schemas/Payment' }) } },
      },
    },
    '/status': {
      get: {
        operationId: 'getStatus',
        security: [],
        responses: { 200: { description: 'up', ...json({ type: 'object' }) } },
      },
    },
  },
  webhooks: {
    'payout.sent': { post: { requestBody: json(event), responses: ok } },
  },
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
    schemas: {
      Payment: {
        type: 'object',
        required: ['id', 'amount', 'status'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          amount: { type: 'number' },
          reference: { type: 'string' },
          status: { enum: ['pending', 'paid', 'failed'] },
        },
      },
      Event: {
        type: 'object',
        required: ['paymentId', 'status'],
        properties: {
          paymentId: { type: 'string' },
          reference: { type: 'string' },
          status: { enum: ['pending', 'paid', 'failed'] },
        },
      },
    },
  },
};
