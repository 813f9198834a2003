import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface PaymentEvent {
  readonly type: string;
  readonly data: { readonly order: string };
}

/** A shop with a mistake: it ships as often as a callback says that the payment has succeeded. */
class Shop {
  readonly shipped: string[] = [];
  readonly #server = createServer(async (request, response) => {
    const event = (await json(request)) as PaymentEvent;
    if (event.type === 'payment.succeeded') this.shipped.push(event.data.order);
    response.writeHead(204).end();
  });

  async order(order: string, payments: string): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.unref();
    const { port } = this.#server.address() as AddressInfo;
    await fetch(`${payments}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: 4200, order, callback_url: `http://127.0.0.1:${port}` }),
    });
  }
}

export const shop = new Shop();
