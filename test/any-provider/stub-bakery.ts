import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Subject } from '../../tools/any-provider/subject.ts';

/** What a stub does wrong with resources. */
export type ResourceDefect =
  | 'forgets'
  | 'changes the id'
  | 'loses values'
  | 'lists nothing'
  | 'ignores limit'
  | 'ignores changes'
  | 'keeps removed'
  | 'undeclared 404'
  | 'another Location'
  | 'another id in the callback'
  | 'refuses everything';

interface Order {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A hand-written mock of `bakery-plain-resources.yaml` that does nothing wrong, or one thing. */
export async function startBakery(defect: ResourceDefect | null): Promise<Subject> {
  const orders = new Map<string, Order>();
  let due: { to: string; id: string }[] = [];
  const idOf = (number: number): string => `ord_${number.toString(16).padStart(12, '0')}`;
  let count = 0;

  function shown({ callbackUrl: _, ...order }: Order): object {
    const other = defect === 'loses values' ? { ...order, loaf: 'bun' } : order;
    return defect === 'changes the id' ? { ...other, id: idOf(99) } : other;
  }

  async function settle(): Promise<object> {
    const sent = due;
    due = [];
    for (const { to, id } of sent) {
      const orderId = defect === 'another id in the callback' ? idOf(98) : id;
      const headers = { 'content-type': 'application/json' };
      await fetch(to, { method: 'POST', headers, body: JSON.stringify({ orderId, status: 'baked' }) });
    }
    return { deliveries: sent.map(({ to }) => ({ url: to, callback: 'createOrder.baked', attempts: [] })) };
  }

  function collection(method: string, query: URLSearchParams, body: object, origin: string): Reply {
    if (method === 'POST') {
      if (defect === 'refuses everything' || !('loaf' in body)) return [400, undefined];
      const order = { ...body, id: idOf(++count), status: 'taken' } as Order;
      if (defect !== 'forgets') orders.set(order.id, order);
      if ('callbackUrl' in body) due.push({ to: String(body.callbackUrl), id: order.id });
      const { callbackUrl: _, ...answer } = order;
      const located = defect === 'another Location' ? idOf(97) : order.id;
      return [201, answer, { location: `${origin}/orders/${located}` }];
    }
    const all = defect === 'lists nothing' ? [] : [...orders.values()];
    const limit = defect === 'ignores limit' ? all.length : Number(query.get('limit') ?? all.length);
    return [200, { items: all.slice(0, limit).map(shown), total: all.length }];
  }

  function item(method: string, id: string, body: object): Reply {
    const order = orders.get(id);
    if (order === undefined) return [404, { error: defect === 'undeclared 404' ? 'gone' : 'unknown order' }];
    if (method === 'GET') return [200, shown(order)];
    if (method === 'DELETE') {
      if (defect !== 'keeps removed') orders.delete(id);
      return [204, undefined];
    }
    const next = { ...order, ...body, id } as Order;
    if (defect !== 'ignores changes') orders.set(id, next);
    return method === 'PUT' ? [200, shown(next)] : [204, undefined];
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stub');
    const method = request.method ?? '';
    const body = ['POST', 'PUT', 'PATCH'].includes(method)
      ? ((await json(request).catch(() => ({}))) as object)
      : {};
    const id = /^\/orders\/(.+)$/.exec(pathname)?.[1];
    const origin = `http://${request.headers.host}`;
    let reply: Reply = [404, undefined];
    if (pathname === '/_ringback/callbacks') reply = [200, { callbacks: [] }];
    else if (pathname === '/_ringback/clock') reply = [200, await settle()];
    else if (pathname === '/orders') reply = collection(method, searchParams, body, origin);
    else if (id !== undefined) reply = item(method, decodeURIComponent(id), body);
    const [status, value, headers] = reply;
    response.writeHead(status, {
      ...headers,
      ...(value !== undefined && { 'content-type': 'application/json' }),
    });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    startMs: 0,
    memoryMiB: () => 0,
    output: () => '',
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Reply = readonly [number, object | undefined, { readonly location: string }?];
