import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type CliProcess, startCli } from './run-cli.ts';

/**
 * Makes each request throw where nothing catches it: in a timer, in a body event or in a promise, as the header says.
 * Imported before Ringback, in the server process.
 */
const saboteur = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel';
  subscribe('http.server.request.start', ({ request }) => {
    const crash = () => { throw new Error('broken on purpose'); };
    const how = request.headers['x-crash'];
    if (how === 'timer') setTimeout(crash, 5);
    if (how === 'body') request.on('data', crash);
    if (how === 'promise') Promise.resolve().then(crash);
    if (how === 'twice') { setTimeout(crash, 5); setTimeout(crash, 6); }
  });
`)}`;

const running: CliProcess[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

async function serve(env: Record<string, string> = {}): Promise<{ cli: CliProcess; port: number }> {
  const cli = startCli(['serve', '--port', '0', '--log', 'json', '--clock', 'virtual'], {
    ...env,
    NODE_OPTIONS: `--import="${saboteur}"`,
    RINGBACK_TEST_CRASH: '1',
  });
  running.push(cli);
  const ready = await cli.until('stdout', /listening on \S+:\d+\n/);
  return { cli, port: Number(/:(\d+)\n/.exec(ready)?.[1]) };
}

async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
}

const head = (how: string): string =>
  `POST /_ringback/inbox/x HTTP/1.1\r\nhost: localhost\r\nx-crash: ${how}\r\ncontent-length: 1048576\r\n\r\n`;

describe('an error that nothing catches', () => {
  it.each(['timer', 'body', 'promise'])(
    'in a %s is logged with its request, answered with 500, and ends the process with code 70',
    async (how) => {
      const { cli, port } = await serve();
      const bystander = connect(port, '127.0.0.1');
      await once(bystander, 'connect');
      bystander.on('error', () => undefined);
      const answer = await raw(port, `${head(how)}some of the body`);
      expect(answer).toMatch(/^HTTP\/1\.1 500 /);
      expect(answer).toContain('urn:ringback:internal');
      expect(await cli.exit).toEqual({ code: 70, signal: null });
      const lines = cli.stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const failure = lines.find(({ event }) => event === 'failure');
      expect(failure.msg).toMatch(
        /^error: POST \/_ringback\/inbox\/x \(receiveInbox\): uncaught error, so ringback exits with code 70\nError: broken on purpose\n/,
      );
    },
  );

  it('an uncaught error lets another request finish first', async () => {
    const { cli, port } = await serve();
    const other = connect(port, '127.0.0.1');
    await once(other, 'connect');
    const answered = text(other);
    other.write('POST /_ringback/inbox/y HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nab');
    await raw(port, head('timer'));
    other.write('cd');
    expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
    expect((await cli.exit).code).toBe(70);
  });

  it('an uncaught error followed by another still exits with code 70', async () => {
    const { cli, port } = await serve();
    await raw(port, head('twice'));
    expect((await cli.exit).code).toBe(70);
  });

  it('an uncaught error leaves no folder of uploads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringback-test-'));
    try {
      const { cli, port } = await serve({ TMPDIR: folder });
      // The upload is kept on disk while it arrives.
      const half = raw(
        port,
        `POST /docdigitizer/api/v2/documents HTTP/1.1\r\nhost: localhost\r\nauthorization: any\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n\r\n--b\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n${'x'.repeat(600_000)}`,
      );
      while (readdirSync(folder).length === 0) await new Promise((resolve) => setImmediate(resolve));
      await raw(port, head('timer'));
      expect((await cli.exit).code).toBe(70);
      await half;
      expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
