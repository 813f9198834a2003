import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeAfterwards } from './closing.ts';

/** A request as a consumer receives it. */
export interface ConsumerRequest {
  readonly method: string;
  /** Request target: path and query. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A consumer's response; default: 200 without a body. */
export interface ConsumerAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Real milliseconds before the response. */
  readonly delayMs?: number;
  /** `silence`: no response at all. `hang-up`: the connection ends instead. */
  readonly instead?: 'silence' | 'hang-up';
}

/** A consumer's endpoint on a free port that records requests and follows a script. */
export interface Consumer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** In the order of completion. */
  readonly requests: readonly ConsumerRequest[];
  /** Uses each of these responses once, then the one of `answerAlways`. */
  answer(...answers: readonly ConsumerAnswer[]): void;
  /** The response after the script has ended. */
  answerAlways(answer: ConsumerAnswer): void;
  /** Clears requests and scripts. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a consumer that closes at the end of the test or file. */
export async function startConsumer(): Promise<Consumer> {
  const requests: ConsumerRequest[] = [];
  const script: ConsumerAnswer[] = [];
  let always: ConsumerAnswer = {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const query = Object.fromEntries(new URL(url, 'http://consumer').searchParams);
    requests.push({ method, url, query, headers, body: Buffer.concat(chunks) });
    await play(script.shift() ?? always, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const consumer: Consumer = {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (...answers) => void script.push(...answers),
    answerAlways(answer) {
      always = answer;
    },
    forget() {
      requests.length = 0;
      script.length = 0;
      always = {};
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  closeAfterwards(consumer.close);
  return consumer;
}

async function play(answer: ConsumerAnswer, response: ServerResponse): Promise<void> {
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (answer.instead === 'hang-up') response.socket?.destroy();
  if (answer.instead !== undefined) return;
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body);
}

/** The JSON body of a request. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, and fail where they differ
export function jsonOf(request: ConsumerRequest | undefined): any {
  if (request === undefined) throw new Error('There is no such request.');
  return JSON.parse(request.body.toString('utf8'));
}
