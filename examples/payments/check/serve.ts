import { createServer } from 'node:http';
import { createShop } from '../src/shop.ts';

/** Starts the shop on `PORT`, and on `DOORS_PORT` what `ringback check` needs: its state, and a way to make it pay. */
const {
  PAYMENTS_URL = 'http://127.0.0.1:4020',
  WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  PORT = '3000',
  DOORS_PORT = '3001',
} = process.env;

const { server, shipped } = createShop(WEBHOOK_SECRET);
server.listen(Number(PORT), '127.0.0.1');
/** The order of each payment. */
const orders = new Map<string, string>();

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const respond = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    if (pathname === '/pay') {
      const order = `A-${orders.size + 1}`;
      const answer = await fetch(`${PAYMENTS_URL}/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ amount: 4200, order, callback_url: `http://127.0.0.1:${PORT}` }),
      });
      const { id } = (await answer.json()) as { id: string };
      orders.set(id, order);
      return respond(202, { id });
    }
    const order = orders.get(decodeURIComponent(pathname.slice('/state/'.length)));
    if (order === undefined) respond(404, { message: 'not found' });
    else respond(200, { shipped: shipped.filter((one) => one === order).length });
  } catch (error) {
    respond(502, { message: String(error) });
  }
}).listen(Number(DOORS_PORT), '127.0.0.1');
