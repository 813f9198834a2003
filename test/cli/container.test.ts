import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { version } from '../../src/loading/version.ts';
import { type CliProcess, runCli, startCli } from './run-cli.ts';

/** The name that a network of containers gives the server. */
const host = 'ringback:4020';
const token = { authorization: 'Bearer s3cret' };

async function serve(): Promise<{ cli: CliProcess; port: number }> {
  const cli = startCli(['serve', '--port', '0', '--clock', 'virtual', '--log', 'quiet'], {
    RINGBACK_CONTAINER: 'true',
    RINGBACK_CONTROL_TOKEN: 's3cret',
  });
  onTestFinished(async () => {
    cli.child.kill('SIGKILL');
    await cli.exit;
  });
  const ready = /listening on http:\/\/127\.0\.0\.1:(\d+)\n/;
  return { cli, port: Number(ready.exec(await cli.until('stdout', ready))?.[1]) };
}

function send(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        method,
        path,
        headers: { host, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      },
      async (response) => {
        const chunks = await response.toArray();
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) });
      },
    );
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

it('requires a token, and says how a container gets one', async () => {
  const { code, stderr } = await runCli(['serve', '--container', '--port', '0']);
  expect(code).toBe(2);
  expect(stderr).toContain('docker run -e RINGBACK_CONTROL_TOKEN=<token>');
});

it('binds what --host says instead, and then needs no token on loopback', async () => {
  const cli = startCli(['serve', '--container', '--host', '127.0.0.1', '--port', '0', '--log', 'quiet']);
  await cli.until('stdout', /listening on http:\/\/127\.0\.0\.1:/);
  cli.child.kill('SIGTERM');
  expect((await cli.exit).code).toBe(0);
});

it('shows its health to anyone, and the rest of the control API to holders of the token', async () => {
  const { port } = await serve();
  const health = await send(port, 'GET', '/_ringback/health');
  expect(health).toEqual({ status: 200, body: { status: 'ok', version } });
  expect((await send(port, 'HEAD', '/_ringback/health')).status).toBe(200);
  expect((await send(port, 'GET', '/@new/_ringback/health')).status).toBe(404);
  expect((await send(port, 'GET', '/_ringback/runs')).status).toBe(401);
  expect((await send(port, 'GET', '/_ringback/runs', { headers: token })).status).toBe(200);
});

it('serves clients by any name, calls back by the name that they use, and ends on SIGTERM', async () => {
  const { cli, port } = await serve();
  const application = await send(port, 'POST', '/informed/v1/consumer/applications', {
    headers: { authorization: 'Basic bWU6c2VjcmV0' },
    body: {
      application_reference_id: 'loan-1',
      application_date: '2029-12-28',
      services: ['extract'],
      applicants: { applicant1: { first_name: 'Jo', last_name: 'Boren' } },
      webhook: `http://127.0.0.1:${port}/_ringback/inbox/mine`,
    },
  });
  expect(application).toMatchObject({ status: 201 });
  const id = application.body.application_id;
  const announced = await send(port, 'POST', `/informed/v1/consumer/applications/${id}/documents`, {
    headers: { authorization: 'Basic bWU6c2VjcmV0' },
    body: { image_files: ['payslip.pdf'] },
  });
  const [file] = announced.body.image_files as [{ upload_url: string }];
  expect(file.upload_url).toMatch(/^http:\/\/ringback:4020\//);
  const { pathname, search } = new URL(file.upload_url);
  expect((await send(port, 'PUT', pathname + search, { body: 'not a document' })).status).toBeLessThan(300);
  await send(port, 'POST', '/_ringback/clock', { headers: token, body: { settle: true } });
  const { body } = await send(port, 'GET', '/_ringback/deliveries', { headers: token });
  expect(body.deliveries).toMatchObject([{ callback: 'informed.error', state: 'delivered' }]);
  cli.child.kill('SIGTERM');
  expect((await cli.exit).code).toBe(0);
});
