import { expect } from 'vitest';
import { sendRequest } from '../../../src/http-client/request.ts';
import { startProvider } from '../../../src/testing/start-provider.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { startHttpServer } from '../../support/tcp-server.ts';

/** Plays documents to a consumer over real sockets while another library patches the process. */
export async function playsAll(takeHold: () => void = () => {}): Promise<void> {
  const consumer = await startHttpServer((_, response) => response.end('{}'));
  closeAfterwards(() => consumer.close());
  const provider = await startProvider();
  closeAfterwards(() => provider.close());
  takeHold();
  const boundary = 'a-boundary';
  const part = (head: string, content: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  for (let i = 0; i < 3; i++) {
    const { statusCode } = await sendRequest({
      method: 'POST',
      url: `${provider.urls.docdigitizer}/api/v2/documents`,
      headers: { authorization: 'Bearer x', 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: `${part('name="callbackUrl"', consumer.url)}${part('name="files"; filename="a.pdf"', 'x')}--${boundary}--\r\n`,
    });
    expect(statusCode).toBe(202);
    await provider.settle();
  }
  const deliveries = await provider.deliveries();
  expect(deliveries.map(({ state }) => state)).toEqual(Array(6).fill('delivered'));
  expect(consumer.requests).toHaveLength(6);
  await provider.waitForDelivery({ state: 'delivered' });
}
