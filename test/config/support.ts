import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { closeAfterwards } from '../support/closing.ts';

/** Writes files to a folder that is removed at the end of the test or file. Returns the folder. */
export function folderWith(files: Readonly<Record<string, string | object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-config-'));
  closeAfterwards(async () => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : stringify(content));
  }
  return folder;
}

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const event = (kind: string) => ({
  post: {
    requestBody: json({ type: 'object', required: ['kind'], properties: { kind: { const: kind } } }),
    responses: { 204: { description: 'received' } },
  },
});

/** Orders whose contract does not say where callbacks go, and calls the id of an order its reference. */
export const orders = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/orders': {
      post: {
        operationId: 'createOrder',
        requestBody: json({
          type: 'object',
          properties: {
            amount: { type: 'integer' },
            notify: { type: 'string' },
            fallback: { type: 'string' },
          },
        }),
        responses: {
          201: {
            description: 'created',
            ...json({
              type: 'object',
              required: ['order'],
              properties: {
                order: {
                  type: 'object',
                  required: ['handle'],
                  properties: { handle: { type: 'string' }, amount: { type: 'integer' } },
                },
              },
            }),
          },
        },
        callbacks: {
          shipped: { '{$request.body#/fallback}': event('shipped') },
          canceled: { 'the URL in your account': event('canceled') },
        },
      },
    },
    '/orders/{number}': {
      get: {
        operationId: 'getOrder',
        parameters: [{ name: 'number', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'found',
            ...json({
              type: 'object',
              required: ['handle'],
              properties: { handle: { type: 'string' }, amount: { type: 'integer' } },
            }),
          },
        },
      },
    },
  },
  webhooks: { refunded: event('refunded') },
};
