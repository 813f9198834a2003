import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { buildImage, type Image } from './container/build-image.ts';

/**
 * `.ci/container`: builds the file system of the image by hand, with the instructions of the Dockerfile, and plays
 * `compose.yaml` with it. Ends with "container: N passed, N failed".
 */
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ringback-container-'));
const running: ChildProcess[] = [];
let image: Image | undefined;
const counts = { passed: 0, failed: 0 };
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  // Much faster than `rmSync`: the build has the packages of the project.
  spawnSync('rm', ['-rf', folder]);
});
process.once('SIGINT', () => process.exit(130));

await check('the instructions of the Dockerfile run in a chroot', async () => {
  image = buildImage({ context: root, folder, tell: (line) => console.log(`  ${line}`) });
});
await play();
console.log('Not run: a container runtime, the base images of the Dockerfile, the network of compose.yaml.');
console.log(`container: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

async function play(): Promise<void> {
  if (image === undefined) return;
  const built = image;
  const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as Compose;
  const port = await freePort();
  const env: Readonly<Record<string, string>> = {
    ...valuesOf(services.ringback?.environment),
    RINGBACK_PORT: String(port),
    RINGBACK_CLOCK: 'virtual',
  };
  const authorization = `Bearer ${env.RINGBACK_CONTROL_TOKEN}`;
  const url = `http://127.0.0.1:${port}`;

  await check('without a token it ends with 2, and says how to give one', () => {
    const [command, ...args] = inside(built, built.command, { RINGBACK_PORT: String(port) });
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    equal(status, 2);
    includes(stderr, 'docker run -e RINGBACK_CONTROL_TOKEN=<token>');
  });
  await check('the image holds the package and its dependencies, and no files of the checkout', () => {
    const names = execFileSync('ls', [join(built.chroot.folder, 'ringback/node_modules')], {
      encoding: 'utf8',
    });
    includes(names, 'ringback\n');
    equal(/vitest|typescript|prism/.test(names), false);
  });
  const [command, ...args] = inside(built, built.command, env, true);
  const server = start(command, args, {});
  await check('its HEALTHCHECK succeeds once it serves', async () => {
    await until(() => {
      const [health, ...how] = inside(built, built.health, env);
      return spawnSync(health, how).status === 0;
    });
  });
  await check('the port is the one that the image exposes', () => equal(built.ports, ['4020']));
  const first = processIn(server);
  await check('the server is process 1 of the container, and not of root', () => {
    includes(readFileSync(`/proc/${first}/status`, 'utf8'), 'NSpid:\t');
    equal(/^NSpid:.*\t1$/m.test(readFileSync(`/proc/${first}/status`, 'utf8')), true);
    includes(readFileSync(`/proc/${first}/status`, 'utf8'), 'Uid:\t1000\t1000');
  });
  await check('it serves under the name of its service, and its control API requires the token', async () => {
    const { stdout } = spawnSync(
      'curl',
      ['-s', '-w', ' %{http_code}', '-H', 'Host: ringback:4020', `${url}/_ringback/runs`],
      {
        encoding: 'utf8',
      },
    );
    includes(stdout, ' 401');
    equal((await fetch(`${url}/_ringback/health`)).status, 200);
  });
  await check('the consumer of compose.yaml submits a document, and gets its callbacks', async () => {
    const consumer = services.consumer;
    if (consumer === undefined) throw new Error('compose.yaml has no consumer');
    const own = await freePort();
    const [mount = ''] = consumer.volumes ?? [];
    const [source = ''] = mount.split(':');
    const [program = '', ...words] = consumer.command?.split(' ') ?? [];
    const values = Object.entries(valuesOf(consumer.environment)).map(([name, value]) => [
      name,
      value.replace('ringback:4020', `127.0.0.1:${port}`).replace('consumer:3000', `127.0.0.1:${own}`),
    ]);
    const here = { PORT: String(own), HOST: '127.0.0.1', DATABASE: join(folder, 'consumer.db') };
    start(program, words, {
      cwd: join(root, source),
      env: { ...process.env, ...Object.fromEntries(values), ...here },
    });
    const file = readFileSync(join(root, 'examples/documents/contract.pdf'));
    let id = '';
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${own}/submit?file=contract.pdf`, {
        method: 'POST',
        body: file,
      });
      ({ id } = (await response.json()) as { id: string });
      return response.status === 202;
    });
    const clock = await fetch(`${url}/_ringback/clock`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{ "settle": true }',
    });
    const { deliveries } = (await clock.json()) as { deliveries: readonly { state: string; url: string }[] };
    equal(
      deliveries.map(({ state }) => state),
      ['delivered', 'delivered'],
    );
    await until(async () => {
      const state = await (await fetch(`http://127.0.0.1:${own}/state/${id}`)).text();
      return state.includes('91') || state.includes('ANNOTATED');
    });
  });
  await check('SIGTERM ends it with 0', async () => {
    const ended = once(server, 'exit');
    process.kill(first, 'SIGTERM');
    const [code] = await ended;
    equal(code, 0);
  });
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

interface Service {
  readonly command?: string;
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
}

async function check(what: string, body: () => void | Promise<void>): Promise<void> {
  try {
    await body();
    counts.passed++;
    console.log(`✓ ${what}`);
  } catch (error) {
    counts.failed++;
    console.log(`✗ ${what}: ${error instanceof Error ? error.message : error}`);
  }
}

function equal(got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new Error(`got ${left}, expected ${right}`);
}

function includes(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${JSON.stringify(part)} is missing in ${JSON.stringify(text)}`);
}

/** Repeats until it is true, for 20 seconds. */
async function until(body: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  let failure: unknown = new Error('it did not become true within 20 s');
  while (Date.now() < end) {
    try {
      if (await body()) return;
    } catch (error) {
      failure = error;
    }
    await pause(50);
  }
  throw failure;
}

function inside(
  built: Image,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  isFirst = false,
) {
  const { user, cwd } = built;
  return built.chroot.inside(words, { user, cwd, env: { ...built.env, ...env }, isFirst });
}

function start(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  running.push(child);
  return child;
}

/** The process that `unshare --fork` has started. */
function processIn({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

/** The variables of a service, with their defaults. */
function valuesOf(environment: Service['environment'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
