import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { closeAfterwards } from '../support/closing.ts';
import { startRingback } from '../support/ringback.ts';
import { freePort } from '../support/tcp-server.ts';
import type { Target } from './target.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A mock behind Prism as a proxy: Prism checks every request and response against `openapi.yaml`.
 * The URLs that the mock issues lead through Prism too.
 */
export async function startBehindPrism(): Promise<Target> {
  const port = await freePort();
  const api = `http://127.0.0.1:${port}`;
  const ringback = await startRingback({ publicUrl: api });
  await startPrism(ringback.url, port);
  return {
    ringback,
    api,
    async send(url, init) {
      const answer = await fetch(url, init);
      const objections = answer.headers.get('sl-violations');
      const isOwn = (answer.headers.get('content-type') ?? '').includes('problem+json');
      const text = isOwn ? await answer.clone().text() : '';
      if (objections !== null || text.includes('stoplight.io/prism')) {
        throw new Error(`Prism objects to ${init.method} ${url} → ${answer.status}: ${objections ?? text}`);
      }
      return answer;
    },
  };
}

async function startPrism(upstream: string, port: number): Promise<void> {
  const main = 'node_modules/@stoplight/prism-cli/dist/index.js';
  const child = spawn(
    process.execPath,
    [main, 'proxy', 'openapi.yaml', upstream, '--errors', '-p', String(port)],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exit = once(child, 'exit');
  closeAfterwards(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Prism is listening')) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Prism ended before it was ready:\n${output}`)));
  });
  await ready;
}
