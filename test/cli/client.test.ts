import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandHelp } from '../../src/cli/help.ts';
import { clientCommands } from '../../src/options/client-options.ts';
import type { RunningServer } from '../../src/server/start-server.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startRingback } from '../support/ringback.ts';
import { call, submitDocument } from '../support/test-server.ts';
import { runCli, startCli } from './run-cli.ts';

let server: RunningServer;
let url: string;
let space: string;
let spaces = 0;
beforeAll(async () => {
  server = (await startRingback()).server;
  url = `http://127.0.0.1:${server.port}`;
});
beforeEach(() => {
  space = `client-${spaces++}`;
});

/** Runs a command against the space of the test, and returns its exit code, stdout and stderr in one array. */
const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCli(args, {
    env: { RINGBACK_URL: url, RINGBACK_SPACE: space },
  });
  return [code, stdout, stderr];
};
const control = (path: string) => `${url}/@${space}/_ringback/${path}`;
const submit = (scenario?: string) =>
  submitDocument(
    `${url}/@${space}`,
    { callbackUrl: control('inbox/mine'), callback_method: 'POST' },
    scenario === undefined ? {} : { 'x-ringback-scenario': scenario },
  );

describe('ringback next', () => {
  it('queues scenarios in order, and shows the queue', async () => {
    expect(await run('next')).toEqual([
      0,
      'the queue is empty: submissions choose their scenarios themselves\n',
      '',
    ]);
    expect(await run('next', 'rejected', 'docdigitizer/annotated', '--times', '2')).toEqual([
      0,
      '1  docdigitizer/rejected   the next 2 submissions\n2  docdigitizer/annotated  the next 2 submissions\n',
      '',
    ]);
    expect(await run('next', 'late-rejection', '--clear', '--file-name', 'a*.pdf')).toEqual([
      0,
      '1  docdigitizer/late-rejection  the next submission that match {"fileName":"a*.pdf"}\n',
      '',
    ]);
    const [code, stdout] = await run('next', '--json');
    expect([code, JSON.parse(String(stdout))]).toEqual([0, (await call('GET', control('next'))).body]);
  });

  it('names the nearest scenario to a misspelt one', async () => {
    expect(await run('next', 'rejctd')).toEqual([
      2,
      '',
      expect.stringContaining(
        'Could not find the scenario "rejctd": there is none of that name. Did you mean "rejected"?',
      ),
    ]);
  });
});

describe('ringback wait', () => {
  it('prints the deliveries once enough have ended', async () => {
    await submit();
    const waiting = startCli(['wait', '--count', '2', '--state', 'delivered', '--timeout', '1m'], {
      RINGBACK_URL: url,
      RINGBACK_SPACE: space,
    });
    const readers = async () =>
      (await call('GET', `${url}/_ringback/spaces`)).body.spaces.find(
        ({ name }: { name: string }) => name === space,
      ).eventReaders;
    while ((await readers()) !== 1);
    await call('POST', control('clock'), { settle: true });
    expect(await waiting.exit).toMatchObject({ code: 0 });
    expect([waiting.stdout, waiting.stderr]).toEqual([
      `00:00:02.000  #1 documentState 30 RECEIVEDMACHINELEARN  POST  200  delivered
00:00:10.000  #2 documentState 91 ANNOTATED             POST  200  delivered
`,
      '',
    ]);
  });

  it('exits 1 at its timeout, and says what came instead', async () => {
    await submit('rejected');
    await call('POST', control('clock'), { advance: '2s' });
    expect(await run('wait', '--count', '2', '--timeout', '10ms')).toEqual([
      1,
      '',
      `ringback: 1 of 2 deliveries in the space ${space} ended within 10ms. The clock is virtual and stands still, and 1 step or attempt is to come: move it with ringback settle or ringback advance. What happened:
docdigitizer/rejected (submitDocument, playing; The header X-Ringback-Scenario names docdigitizer/rejected)
  +2s   #1 documentState 30 RECEIVEDMACHINELEARN POST → 200, delivered
  +10s  to come: documentState
`,
    ]);
    const [code, stdout] = await run('wait', '--state', 'failed', '--timeout', '10ms', '--json');
    expect([code, JSON.parse(String(stdout))]).toEqual([
      1,
      { deliveries: [], total: 0, evicted: 0, reached: false },
    ]);
  });

  it('says that nothing was submitted, and which spaces there are', async () => {
    expect(await run('wait', '--timeout', '1ms', '--callback', 'extractions')).toEqual([
      1,
      '',
      expect.stringMatching(
        `^ringback: 0 of 1 deliveries of extractions in the space ${space} ended within 1ms\\. .*Other spaces of the server: default.*\\. What happened:\nnothing was submitted, and no callback was fired\n$`,
      ),
    ]);
  });

  it.each([
    [['--count', '0'], 'Could not read --count. Got "0", expected an integer from 1 to 100000.'],
    [['--timeout', '6m'], 'Could not read --timeout. Got "6m", expected a duration from 0s to 5m, e.g. 1m.'],
    [['--state', 'pending'], 'Could not read --state. Got "pending", expected delivered, failed or dropped.'],
    [['--callback', 'extractoins'], 'Did you mean "extractions"?'],
    [['--provider', 'informd'], 'Got the provider "informd", expected docdigitizer or informed.'],
    [['--run', 'abc'], 'There is no run whose id starts with "abc"'],
    [['--counts', '2'], 'ringback wait has no option --counts. Did you mean "--count"?'],
    [['2'], '"2" is an unexpected argument'],
  ])('%j exits 2', async (args, message) => {
    expect(await run('wait', '--timeout', '1ms', ...args)).toEqual([2, '', expect.stringContaining(message)]);
  });
});

describe('the lists', () => {
  it('show deliveries with attempts, state and violations', async () => {
    await call('PUT', control('inboxes/mine'), { answers: [200, 503] });
    await submit('rejected');
    await call('POST', control('clock'), { settle: true });
    const { deliveries } = (await call('GET', control('deliveries'))).body;
    const failed = deliveries[1].id;
    expect(await run('deliveries')).toEqual([
      0,
      `00:00:02.000  #1 documentState 30 RECEIVEDMACHINELEARN  POST  200  delivered
00:00:10.000  #2 documentState 92 REJECTED              POST  503  failed
    responded 503 (ringback deliveries ${failed})
`,
      '',
    ]);
    const [, shown] = await run('deliveries', failed);
    expect(shown).toContain(`\nPOST ${control('inbox/mine')}?documentId=`);
    expect(shown).toMatch(/attempt 1 at 00:00:10\.000: 503 in \d+ ms\n/);
    expect(await run('deliveries', '--limit', '1', '--state', 'delivered')).toEqual([
      0,
      '00:00:02.000  #1 documentState 30 RECEIVEDMACHINELEARN  POST  200  delivered\n',
      '',
    ]);
    const [, text] = await run('deliveries', '--limit', '1');
    expect(text).toMatch(/^… 1 older\n00:00:10/);
    const [, json] = await run('deliveries', '--json');
    expect(JSON.parse(String(json))).toEqual((await call('GET', control('deliveries?limit=100'))).body);
  });

  it('show when the first attempt was sent, not when the delivery was planned', async () => {
    await submit('duplicate-final-after-timeout');
    await call('POST', control('clock'), { settle: true });
    const [, text] = await run('deliveries', '--limit', '2');
    expect(text).toMatch(/^… 1 older\n00:00:10.* #2 .*\n.*\n00:00:40.* #3 /);
  });

  it('show runs, and the timeline of one by the start of its id', async () => {
    const { headers } = await submit('rejected');
    const id = headers.get('x-ringback-run') ?? '';
    expect(await run('runs')).toEqual([
      0,
      `00:00:00.000  ${id}  docdigitizer/rejected  playing  no callbacks\n`,
      '',
    ]);
    expect((await run('runs', '--state', 'finished'))[1]).toBe('no runs: nothing was submitted\n');
    expect((await run('runs', id.slice(0, 8)))[1]).toBe(
      `docdigitizer/rejected (submitDocument, playing; The header X-Ringback-Scenario names docdigitizer/rejected)
  +2s   to come: documentState
  +10s  to come: documentState
`,
    );
    expect((await run('runs', 'no-such'))[0]).toBe(2);
    expect((await run('runs', '--state', 'done'))[2]).toContain('expected playing or finished.');
  });
});

describe('ringback settle, advance and reset', () => {
  it('move the clock, print what came, and empty the space', async () => {
    await submit();
    expect(await run('advance', '2s')).toEqual([
      0,
      `00:00:02.000  #1 documentState 30 RECEIVEDMACHINELEARN  POST  200  delivered
it is 2030-01-01T00:00:02.000Z; 1 delivered; 1 step or attempt is to come
`,
      '',
    ]);
    expect(await run('settle')).toEqual([
      0,
      `00:00:10.000  #2 documentState 91 ANNOTATED  POST  200  delivered
it is 2030-01-01T00:00:10.000Z; 1 delivered
`,
      '',
    ]);
    expect(await run('reset')).toEqual([0, `the space ${space} is empty\n`, '']);
    expect(await run('deliveries')).toEqual([0, 'no deliveries\n', '']);
  });

  it.each([
    [['advance'], 'Could not read <duration>. Got nothing, expected a duration such as 30s or 2h.'],
    [['advance', 'soon'], 'Could not read <duration>. Got "soon", expected a duration such as 30s or 2h.'],
    [['advance', '1s', '2s'], '"2s" is an unexpected argument'],
    [['settle', '2s'], '"2s" is an unexpected argument'],
  ])('%j exits 2', async (args, message) => {
    await submit();
    expect(await run(...args)).toEqual([2, '', expect.stringContaining(message)]);
  });

  it('exit 3 on the real clock', async () => {
    const { server: real } = await startRingback({ clock: 'real' });
    const { code, stderr } = await runCli(['settle', '--url', `http://127.0.0.1:${real.port}`]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('--clock virtual')]);
  });
});

describe('ringback inbox', () => {
  it('scripts the responses, and shows what came', async () => {
    expect(await run('inbox', 'mine', '--answers', '503,200')).toEqual([
      0,
      'the inbox mine responds 503, 200, and the last one from then on\n',
      '',
    ]);
    expect((await run('inbox', 'mine'))[1]).toBe('the inbox mine has received nothing\n');
    for (const name of ['Jo', 'Al\u001b[31m']) await call('POST', control('inbox/mine'), { name });
    expect(
      (await run('inbox', 'mine'))[1],
    ).toBe(`00:00:00.000  mine-1  POST  503  /@${space}/_ringback/inbox/mine
    {"name":"Jo"}
00:00:00.000  mine-2  POST  200  /@${space}/_ringback/inbox/mine
    {"name":"Al\\u001b[31m"}
`);
    expect((await run('inbox', 'mine', 'mine-1'))[1]).toMatch(
      /^POST \S+\n(.*\n)*content-type: application\/json\n(.*\n)*\{"name":"Jo"\}\n\nreceived at 2030-01-01T00:00:00.000Z, answered with 503\n$/,
    );
    expect((await run('inbox', 'mine', '--answers', '[{"status":503,"times":2,"delay":"1s"},200]'))[1]).toBe(
      'the inbox mine responds 503 × 2 after 1s, 200, and the last one from then on\n',
    );
  });

  it.each([
    [['inbox'], 'Could not read <name>. Got nothing'],
    [['inbox', 'a/b'], 'Could not read <name>. Got "a/b"'],
    [['inbox', 'a', '--answers', 'ok'], 'expected statuses such as 503,503,200, or a JSON array'],
    [['inbox', 'a', '--answers', '999'], 'body/answers/0'],
    [['inbox', 'a', 'b', '--answers', '200'], 'expected no id beside --answers'],
    [['inbox', 'a', 'a-9'], 'There is no request'],
  ])('%j exits 2', async (args, message) => {
    await call('GET', control('health'));
    expect(await run(...args)).toEqual([2, '', expect.stringContaining(message)]);
  });
});

describe('ringback callbacks', () => {
  it('lists what can be sent, and sends one', async () => {
    await call('GET', control('health'));
    expect((await run('callbacks'))[1]).toContain('informed.error                      POST  callback\n');
    expect(await run('callbacks', 'error', '--to', control('inbox/mine'), '--header', 'X-A=b')).toEqual([
      0,
      '00:00:00.000  #1 error "unable to process this file"  POST  200  delivered\n',
      '',
    ]);
    expect((await call('GET', control('inboxes/mine'))).body.requests[0].headers['x-a']).toBe('b');
    const payload = '{"documentId":"1","state":"91","stateText":"ANNOTATED"}';
    const fired = await run(
      'callbacks',
      'documentState',
      '--to',
      control('inbox/mine'),
      '--payload',
      payload,
    );
    expect(fired[1]).toContain('documentState 91 ANNOTATED  GET  200  delivered\n');
    const refused = await run('callbacks', 'informed.error', '--to', 'http://127.0.0.1:1/');
    expect(refused).toEqual([1, expect.stringContaining('connect.refused  pending, due 00:00:01.000\n'), '']);
  });

  it.each([
    [['callbacks', 'informed.error'], 'Could not read --to. Got nothing, expected --to <url>'],
    [['callbacks', '--to', 'http://127.0.0.1:1'], 'expected the callback that --to is for'],
    [['callbacks', 'informed.eror', '--to', 'http://127.0.0.1:1'], 'Did you mean "informed.error"?'],
    [['callbacks', 'informed.error', '--to', 'nowhere'], 'must be an absolute http or https URL'],
    [
      ['callbacks', 'informed.error', '--to', 'http://127.0.0.1:1', '--payload', 'x'],
      'expected JSON such as',
    ],
  ])('%j exits 2', async (args, message) => {
    await call('GET', control('health'));
    expect(await run(...args)).toEqual([2, '', expect.stringContaining(message)]);
  });
});

describe('a client', () => {
  const start = async (listener: RequestListener): Promise<string> => {
    const other = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    closeAfterwards(async () => {
      other.closeAllConnections();
      other.close();
    });
    return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  };

  it('exits 3 if no server is there', async () => {
    expect(await runCli(['deliveries', '--url', 'http://127.0.0.1:1/'])).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'ringback: Could not reach the mock provider at http://127.0.0.1:1/_ringback/health: ECONNREFUSED. Check the URL, and that "ringback serve" runs there. Give another URL with --url or RINGBACK_URL.\n',
    });
  });

  it.each<[string, RequestListener]>([
    ['responds with HTML', (_, response) => void response.end('<h1>hello</h1>')],
    ['responds with other JSON', (_, response) => void response.end('{}')],
    ['responds with 404', (_, response) => void response.writeHead(404).end('no')],
  ])('exits 3 if the server %s', async (_, listener) => {
    const other = await start(listener);
    const { code, stderr } = await runCli(['runs', '--url', other]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(
        'Check that the URL points to a Ringback server. Give another URL with --url or RINGBACK_URL.',
      ),
    ]);
  });

  it('exits 3 if the server is of another version', async () => {
    const other = await start((_, response) => void response.end('{"status":"ok","version":"9.1.0"}'));
    const { code, stderr } = await runCli(['runs', '--url', other]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('the server is ringback 9.1.0')]);
  });

  it('exits 3 without the token of the server, and with another one', async () => {
    const { server: guarded } = await startRingback({ controlToken: 's3cret' });
    const at = ['--url', `http://127.0.0.1:${guarded.port}/_ringback`];
    const without = await runCli(['runs', ...at]);
    expect([without.code, without.stderr]).toEqual([
      3,
      'ringback: Could not use the control API: the server requires its control token. Give it with --token or RINGBACK_CONTROL_TOKEN.\n',
    ]);
    const wrong = await runCli(['runs', ...at, '--token', 'other']);
    expect([wrong.code, wrong.stderr]).toEqual([
      3,
      'ringback: Could not use the control API: the token of --token or RINGBACK_CONTROL_TOKEN is not the --control-token of the server.\n',
    ]);
    const right = await runCli(['next', '--space', 'new', ...at], {
      env: { RINGBACK_CONTROL_TOKEN: 's3cret' },
    });
    expect(right.code).toBe(0);
  });

  it('exits 2 for a space that the server does not have, and names the nearest', async () => {
    await call('GET', control('health'));
    const [code, stdout, stderr] = await run('deliveries', '--space', `${space}x`);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      expect.stringContaining(
        `ringback: Could not open the space "${space}x": the server has no such space. Did you mean "${space}"?`,
      ),
    ]);
  });

  it.each([
    [
      ['runs', '--url', '127.0.0.1:4020'],
      'Could not read --url. Got "127.0.0.1:4020", expected an absolute http',
    ],
    [['runs', '--space', 'a b'], 'Could not read --space. Got "a b", expected one to 64 letters'],
    [['runs', '--token='], 'Could not read --token. Got an empty string'],
  ])('%j exits 2', async (args, message) => {
    expect(await run(...args)).toEqual([2, '', expect.stringContaining(message)]);
  });

  it.each(clientCommands)('%s names its environment variables in its help', (command) => {
    for (const name of ['RINGBACK_URL', 'RINGBACK_SPACE', 'RINGBACK_CONTROL_TOKEN'])
      expect(commandHelp(command)).toContain(`Environment: ${name}.`);
  });
});
