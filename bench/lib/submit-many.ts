import { Connection } from './client.ts';

export interface SubmitManyOptions {
  readonly port: number;
  readonly count: number;
  /** Default 64. */
  readonly connections?: number;
  /** The bytes of the nth submission, from 0. */
  readonly request: (index: number) => Buffer;
}

/** Sends `count` requests as fast as the connections allow; resolves with the last response. */
export async function submitMany({
  port,
  count,
  connections = 64,
  request,
}: SubmitManyOptions): Promise<void> {
  let next = 0;
  const work = async (connection: Connection): Promise<void> => {
    while (next < count) {
      const { status, body } = await connection.send(request(next++));
      if (status > 299) throw new Error(`A submission was answered with ${status}: ${body.toString()}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, () => work(new Connection(port))));
}

/** Waits for a condition until nothing has changed for `patienceMs`. */
export async function until(done: () => boolean, progress: () => number, patienceMs = 5_000): Promise<void> {
  let last = progress();
  for (let idleMs = 0; !done() && idleMs < patienceMs; idleMs += 5) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (progress() === last) continue;
    last = progress();
    idleMs = 0;
  }
}
