import { beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, jsonOf, startConsumer } from '../support/consumer.ts';
import { runCli } from './run-cli.ts';

describe('ringback trigger', () => {
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await startConsumer();
  });

  function trigger(...args: string[]) {
    consumer.forget();
    return runCli(['trigger', ...args]);
  }

  it('trigger sends the callbacks of a scenario to an endpoint and prints the outcome of each', async () => {
    const { code, stdout, stderr } = await trigger(
      'rejected',
      '--to',
      `${consumer.url}/hook?a=1`,
      '--instant',
    );
    expect(code).toBe(0);
    expect(stdout.replace(/[0-9a-f]{8}…/g, 'id').replace(/\d+ ms/g, 'n ms')).toBe(
      [
        '+2.0s  #1 docdigitizer.documentState GET documentId=id state=30 stateText=RECEIVEDMACHINELEARN → 200 in n ms',
        '+10.0s  #2 docdigitizer.documentState GET documentId=id state=92 stateText=REJECTED → 200 in n ms',
        '2 callbacks: 2 delivered',
        '',
      ].join('\n'),
    );
    expect(consumer.requests.map(({ query }) => [query.a, query.state])).toEqual([
      ['1', '30'],
      ['1', '92'],
    ]);
    expect(stderr).toMatch(/^the seed is \d+; --seed \d+ replays it\n$/);
  });

  it('trigger waits as the scenario says, and less with a higher speed', async () => {
    const { stdout } = await trigger('complete', '--to', consumer.url, '--speed', '100', '--seed', '1');
    const times = [...stdout.matchAll(/^\+(\d+\.\d)s {2}#\d /gm)].map(([, time]) => Number(time));
    // Never early; the delay depends on the machine.
    expect(times).toHaveLength(3);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...times)).toBeGreaterThanOrEqual(8);
    expect(stdout).toMatch(/#3 informed\.verifications .*\n3 callbacks: 3 delivered\n$/);
  });

  it('trigger ends, on the real clock, when the last callback never leaves', async () => {
    const { code, stdout } = await trigger('lost-final', '--to', consumer.url, '--speed', '100');
    expect(code).toBe(0);
    expect(stdout).toMatch(/#2 .* → never leaves\n2 callbacks: 1 delivered, 1 dropped\n$/);
  });

  it('trigger exits 1 when a callback is not acknowledged', async () => {
    consumer.forget();
    consumer.answer({ status: 200 }, { status: 500 });
    const { code, stdout } = await runCli(['trigger', 'rejected', '--to', consumer.url, '--instant']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /#2 .* → responded 500 in \d+ ms; given up\n#2 docdigitizer\.documentState got status 500; a good consumer acknowledges it with a 2xx, on a retry at the latest\n2 callbacks: 1 delivered, 1 failed\n$/,
    );
  });

  it('trigger retries as the provider does', async () => {
    consumer.forget();
    consumer.answer({ status: 503 });
    const { code, stdout } = await runCli([
      ...['trigger', 'unreadable', '--files', '1', '--to', consumer.url, '--instant'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/responded 503 in \d+ ms; again in 1s\n\+6\.0s {2}#1 .*, attempt 2 → 200/);
  });

  it('trigger sends the edited payload, and says how it violates the contract', async () => {
    const { code, stdout } = await trigger(
      ...[
        'informed/complete',
        '--to',
        consumer.url,
        '--instant',
        '--files',
        '1',
        '--callback',
        'extractions',
      ],
      ...[
        '--override',
        'application_reference_id=loan-9',
        '--add',
        '/new=[1]',
        '--remove',
        '/application_id',
      ],
    );
    expect(code).toBe(0);
    const [extractions, verifications] = consumer.requests.map(jsonOf);
    expect(extractions).toMatchObject({ application_reference_id: 'loan-9', new: [1] });
    expect(extractions).not.toHaveProperty('application_id');
    expect(verifications).toMatchObject({ application_reference_id: 'loan-1' });
    expect(verifications).toHaveProperty('application_id');
    expect(stdout).toContain(
      'the payload breaks the contract: (all) must have the property "application_id"',
    );
  });

  it('trigger edits the query of a callback', async () => {
    await trigger(
      'rejected',
      '--to',
      consumer.url,
      '--instant',
      '--override',
      'documentId=0815',
      '--remove',
      'state',
    );
    expect(consumer.requests.map(({ query }) => query)).toEqual([
      { documentId: '0815', stateText: 'RECEIVEDMACHINELEARN' },
      { documentId: '0815', stateText: 'REJECTED' },
    ]);
  });

  it('trigger calls back by POST with the requested headers', async () => {
    await trigger('rejected', '--to', consumer.url, '--instant', '--header', 'X-Key=abc');
    expect(consumer.requests.map(({ method, headers }) => [method, headers['x-key']])).toEqual([
      ['POST', 'abc'],
      ['POST', 'abc'],
    ]);
  });

  it('trigger prints JSON, and repeats the same bodies for a seed, on a clock that starts at 2030-01-01', async () => {
    const args = ['complete', '--to', consumer.url, '--instant', '--seed', '7', '--json'];
    const first = await trigger(...args);
    expect(first.stderr).toBe('');
    const bodies = consumer.requests.map(({ body }) => body.toString());
    expect(JSON.parse(first.stdout)).toMatchObject({
      scenario: 'informed/complete',
      seed: 7,
      deliveries: [
        { number: 1, callback: 'informed.extractions', state: 'delivered', attempts: [{ statusCode: 200 }] },
        { number: 2, callback: 'informed.extractions' },
        { number: 3, payload: { event_type: 'verifications' }, attempts: [{ atMs: 8_000 }] },
      ],
    });
    expect(bodies.at(-1)).toContain('"updated_at":"2030-01-01 00:00:08');
    await trigger(...args);
    expect(consumer.requests.map(({ body }) => body.toString())).toEqual(bodies);
  });

  it('trigger --instant starts its clock at --now', async () => {
    await trigger('complete', '--to', consumer.url, '--instant', '--now', '2031-03-01T08:00:00Z');
    expect(consumer.requests.at(-1)?.body.toString()).toContain('"updated_at":"2031-03-01 08:00:08');
  });

  it('trigger plays a scenario that refuses submissions, since it makes none', async () => {
    const { code, stdout } = await trigger('unavailable-provider', '--to', consumer.url, '--instant');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+2\.0s .*2 delivered\n$/s);
  });

  it.each([
    [['rejectd', '--to', 'URL'], /Did you mean "rejected"\?/],
    [['rejected'], /no endpoint given.*--to <url>/],
    [['--to', 'URL'], /no scenario or callback given/],
    [['informed.extraction', '--to', 'URL'], /no such callback.*Did you mean "informed\.extractions"\?/],
    [['documentState', '--to', 'URL', '--files', '2'], /--files applies to scenarios/],
    [['documentState', '--to', 'URL', '--override', 'stat=1'], /Did you mean "state"\?/],
    [['rejected', '--to', 'consumer'], /--to\. Got "consumer", expected an absolute http or https URL/],
    [['rejected', '--to', 'URL', '--override', 'stat=1'], /Did you mean "state"\?/],
    [['rejected', '--to', 'URL', '--override', 'state'], /expected pointer=value/],
    [['rejected', '--to', 'URL', '--callback', 'documentStat'], /Did you mean "documentState"\?/],
    [['complete', '--to', 'URL', '--callback', 'error'], /informed\/complete never sends/],
    [['complete', '--to', 'URL', '--header', 'a=b'], /informed\.endpointAuthorization/],
    [['complete', '--to', 'URL', '--now', '2031-03-01T08:00:00Z'], /the clock is real\. Add --instant/],
  ])('trigger refuses %j before sending anything, and exits 2', async (args, message) => {
    const { code, stdout, stderr } = await trigger(
      ...args.map((arg) => (arg === 'URL' ? consumer.url : arg)),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(consumer.requests).toEqual([]);
  });

  it('trigger sends nothing beyond this machine and private networks, and says how to allow it', async () => {
    const { code, stderr } = await runCli([
      'trigger',
      'rejected',
      '--to',
      'http://203.0.113.9/hook',
      '--speed',
      '1000',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /203\.0\.113\.9 are not allowed.* Add --allow-callbacks-to 203\.0\.113\.9 if you trust the address/,
    );
  });
});
