import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { MockProvider } from 'ringback';

/** A consumer with its own server, over HTTP, or over HTTPS with a self-signed certificate. */
export async function startConsumer(scheme: string) {
  let connections = 0;
  const calls: string[] = [];
  const pem = (name: string) => readFileSync(new URL(name, import.meta.url));
  const server =
    scheme === 'https' ? createSecureServer({ key: pem('key.pem'), cert: pem('cert.pem') }) : createServer();
  server.on(scheme === 'https' ? 'secureConnection' : 'connection', () => connections++);
  server.on('request', (incoming, response) => {
    calls.push(String(incoming.url));
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    calls,
    connections: () => connections,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Submits a document with Node's own client, which needs no timer. */
export async function submitTo(provider: MockProvider, callbackUrl: string): Promise<void> {
  const boundary = 'a-boundary';
  const part = (head: string, content: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const body = `${part('name="callbackUrl"', callbackUrl)}${part('name="files"; filename="a.pdf"', '%PDF-1.4 not a PDF')}--${boundary}--\r\n`;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = request(`${provider.urls.docdigitizer}/api/v2/documents`, {
      method: 'POST',
      agent: false,
      headers: { authorization: 'Bearer token', 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    outgoing.end(body);
  });
  if (status !== 202) throw new Error(`The submission was answered with ${status}.`);
}

/** Many documents in sequence, with their callbacks over reused connections. */
export async function playMany(provider: MockProvider, scheme: string): Promise<string> {
  const consumer = await startConsumer(scheme);
  try {
    for (let i = 0; i < 8; i++) {
      await submitTo(provider, consumer.url);
      await provider.settle();
    }
    const deliveries = await provider.deliveries();
    const delivered = deliveries.filter(({ state }) => state === 'delivered').length;
    if (consumer.connections() !== 1) throw new Error(`There were ${consumer.connections()} connections.`);
    return `${delivered} of ${deliveries.length} delivered, ${consumer.calls.length} calls`;
  } finally {
    consumer.close();
  }
}
