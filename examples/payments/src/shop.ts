import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

interface PaymentEvent {
  readonly type: string;
  readonly data: { readonly id: string; readonly order: string };
}

/** A shop that ships an order when its payment has succeeded. */
export function createShop(secret: string): { readonly server: Server; readonly shipped: string[] } {
  const webhook = new Webhook(secret);
  const shipped: string[] = [];
  /** Ids of payments. With a database, this is a unique key. */
  const paid = new Set<string>();
  const server = createServer(async (request, response) => {
    try {
      const body = await text(request);
      const event = webhook.verify(body, request.headers as Record<string, string>) as PaymentEvent;
      const { id, order } = event.data;
      if (event.type === 'payment.succeeded' && !paid.has(id)) {
        paid.add(id);
        shipped.push(order);
      }
      response.writeHead(204).end();
    } catch {
      // Forged, malformed or cut off: it counts for nothing.
      response.writeHead(401).end();
    }
  });
  return { server, shipped };
}
