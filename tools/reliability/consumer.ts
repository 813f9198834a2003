import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A good consumer: takes every callback. */
export async function startGoodConsumer(): Promise<{
  readonly url: string;
  received(): number;
  closeIdle(): void;
  close(): void;
}> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count++;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received: () => count,
    closeIdle: () => server.closeIdleConnections(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
