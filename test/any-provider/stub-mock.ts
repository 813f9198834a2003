import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Subject } from '../../tools/any-provider/subject.ts';

/** What a stub does wrong. */
export type Defect =
  | 'invalid response'
  | 'undeclared status'
  | 'invalid callback'
  | 'no callback'
  | 'callback twice'
  | 'wrong method'
  | 'wrong URL'
  | 'other content type'
  | 'calls back after a refusal'
  | 'takes invalid requests'
  | 'two by default'
  | 'not listed'
  | 'lists what is not declared'
  | 'gives no reason';

interface Payment {
  readonly amount?: unknown;
  readonly currency?: unknown;
  readonly notifyUrl?: unknown;
}

const listed = {
  callback: 'createPayment.paymentSettled',
  event: 'paymentSettled',
  kind: 'callback',
  operation: 'createPayment',
  method: 'POST',
  expression: '{request.body#/notifyUrl}',
  fireable: true,
  fromSubmission: true,
  reason: null,
};

/** A hand-written mock of `payment-key-without-dollar.yaml` that does nothing wrong, or one thing. */
export async function startStub(defect: Defect | null): Promise<Subject> {
  const payment = { id: 'pay_0123456789abcdef', status: 'settled', amount: 1, currency: 'EUR' };
  let due: string[] = [];

  async function call(to: string): Promise<object> {
    const url = defect === 'wrong URL' ? `${to}/elsewhere` : to;
    const body = defect === 'invalid callback' ? { ...payment, status: 'maybe' } : payment;
    const type = defect === 'other content type' ? 'text/plain' : 'application/json';
    const method = defect === 'wrong method' ? 'PUT' : 'POST';
    const times = defect === 'callback twice' ? 2 : 1;
    for (let time = 0; time < times; time++)
      await fetch(url, { method, body: JSON.stringify(body), headers: { 'content-type': type } });
    return { callback: listed.callback, method, url, headers: {}, body: null, attempts: [] };
  }

  async function settle(): Promise<object> {
    const deliveries: object[] = [];
    for (const url of due) deliveries.push(await call(url));
    due = [];
    return { deliveries };
  }

  function submit(request: IncomingMessage, body: Payment): readonly [number, object] {
    const valid =
      Number(body.amount) >= 1 && typeof body.currency === 'string' && typeof body.notifyUrl === 'string';
    const calls = defect === 'no callback' ? 0 : 1;
    const scripted = request.headers['x-ringback-scenario'] !== undefined;
    const count = !scripted && defect === 'two by default' ? 2 : calls;
    const urls = Array.from({ length: count }, () => String(body.notifyUrl));
    if (!valid && defect !== 'takes invalid requests') {
      if (defect === 'calls back after a refusal') due.push(...urls);
      return [400, {}];
    }
    due.push(...urls);
    const status = defect === 'undeclared status' ? 202 : 201;
    return [status, defect === 'invalid response' ? { ...payment, id: 7 } : payment];
  }

  function list(): object {
    if (defect === 'not listed') return { callbacks: [] };
    if (defect === 'gives no reason') return { callbacks: [{ ...listed, fromSubmission: false }] };
    const extra = { ...listed, callback: 'ghost', event: 'ghost', kind: 'webhook', operation: null };
    return { callbacks: defect === 'lists what is not declared' ? [listed, extra] : [listed] };
  }

  async function respond(request: IncomingMessage): Promise<readonly [number, object]> {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const body = request.method === 'GET' ? {} : ((await json(request).catch(() => ({}))) as object);
    const key = `${request.method} ${path}`;
    if (key === 'GET /_ringback/callbacks') return [200, list()];
    if (key === 'GET /_ringback/runs') return [200, { runs: [] }];
    if (key === 'POST /_ringback/clock') return [200, await settle()];
    if (key.startsWith('PUT /_ringback/scenarios/')) return [201, {}];
    if (key === 'POST /_ringback/callbacks') return [201, await call((body as { to: string }).to)];
    return key === 'POST /payments' ? submit(request, body) : [404, {}];
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [status, body] = await respond(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
