import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';
import { closeAfterwards } from './closing.ts';
import { call, type TestAnswer } from './test-server.ts';

/** A running mock and its control API. */
export interface TestRingback {
  readonly server: RunningServer;
  readonly url: string;
  /** Plays until nothing is pending; fails if that never happens. */
  settle(): Promise<ControlBody>;
  /** @param time e.g. `5s` */
  advance(time: string): Promise<ControlBody>;
  /** All runs, oldest first, with timeline and deliveries. */
  runs(): Promise<ControlBody[]>;
  /** All deliveries, oldest first, with their attempts. */
  deliveries(): Promise<ControlBody[]>;
  /** Changes settings until the next reset. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  reset(): Promise<void>;
  /** Any other call of the control API: `control('GET', 'clock')`. */
  control(method: string, path: string, body?: unknown): Promise<TestAnswer>;
}

/** The highest limit at which lists cut bodies. */
const longBodies = '?bodyLimit=65536';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, and fail where they differ
export type ControlBody = any;

/** Starts a mock on a free port, on a virtual clock with seed 42. It closes at the end of the test or file. */
export async function startRingback(options: StartServerOptions = {}): Promise<TestRingback> {
  const server = await startServer({ port: 0, clock: 'virtual', seed: 42, ...options });
  closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));
  const control: TestRingback['control'] = async (method, path, body) => {
    const answer = await call(method, `http://127.0.0.1:${server.port}/_ringback/${path}`, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const list = async (what: 'runs' | 'deliveries'): Promise<ControlBody[]> =>
    (await control('GET', `${what}${what === 'runs' ? '' : longBodies}`)).body[what];
  return {
    server,
    url: `http://127.0.0.1:${server.port}`,
    control,
    async settle() {
      const { body } = await control('POST', `clock${longBodies}`, { settle: true });
      if (body.bound !== null)
        throw new Error(`The clock does not settle: ${body.bound}, ${body.pending} pending.`);
      return body;
    },
    advance: async (time) => (await control('POST', `clock${longBodies}`, { advance: time })).body,
    runs: async () => {
      const found = [];
      for (const { id } of await list('runs'))
        found.push((await control('GET', `runs/${id}${longBodies}`)).body);
      return found;
    },
    deliveries: () => list('deliveries'),
    set: async (settings) => void (await control('PATCH', 'settings', settings)),
    reset: async () => void (await control('POST', 'reset')),
  };
}
