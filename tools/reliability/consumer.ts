import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A good consumer: it accepts every callback, and Node's parser checks that it is HTTP. */
export async function startGoodConsumer(): Promise<{
  readonly url: string;
  received(): number;
  /** Requests that are not HTTP. A truncated one does not count, since scripts cause those. */
  readonly malformed: readonly string[];
  closeIdle(): void;
  close(): void;
}> {
  let count = 0;
  const malformed: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count++;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    socket.destroy();
    if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE')
      malformed.push(`${error.code}: ${JSON.stringify(error.rawPacket?.toString('latin1').slice(0, 500))}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received: () => count,
    malformed,
    closeIdle: () => server.closeIdleConnections(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
