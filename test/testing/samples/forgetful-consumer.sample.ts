import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { ConsumerUnderTest } from 'ringback/vitest';

/** A consumer that books a document again with each duplicate. The check fails one of its rules. */
const documents = new Map<string, { state: string; bookings: number }>();
let server: Server | undefined;

export async function startConsumer(): Promise<ConsumerUnderTest> {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const id = searchParams.get('documentId') ?? '';
    const bookings = (documents.get(id)?.bookings ?? 0) + 1;
    documents.set(id, { state: searchParams.get('state') ?? '', bookings });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/callback`, port: await freePort() };
}

export function stopConsumer(): void {
  server?.close();
  server?.closeAllConnections();
}

/** What the check sees of it. */
export function observe({ id }: { readonly id: string }) {
  return documents.get(id);
}

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
