import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../src/loading/contract-files.ts';
import { runCli, startCli } from '../cli/run-cli.ts';
import { call } from '../support/test-server.ts';

const evilText = `${'a'.repeat(60)}!`;

/** The bundled contract, with a pattern for the reference of an application that takes very long on `evilText`. */
async function contractWithEvilPattern(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bundled = await readFile(join(packageRoot, 'openapi.bundled.yaml'), 'utf8');
  const changed = bundled.replaceAll(
    /^( +)application_reference_id:\n\1 {2}type: string\n/gm,
    (all, indent) => `${all}${indent}  pattern: ^(a+)+$\n`,
  );
  expect(changed).not.toBe(bundled);
  const path = join(folder, 'openapi.yaml');
  await writeFile(path, changed);
  return path;
}

describe('a very slow pattern of a custom contract', () => {
  it('causes the request to be refused, and the server stays healthy', async () => {
    const contract = await contractWithEvilPattern();
    // In a separate process: without the limit, its only thread would hang.
    const cli = startCli(['serve', contract, '--port', '0']);
    onTestFinished(async () => {
      cli.child.kill('SIGKILL');
      await cli.exit;
    });
    const [url = ''] = (await cli.until('stdout', /http:\/\/127\.0\.0\.1:\d+/)).match(
      /http:\/\/127\.0\.0\.1:\d+/,
    ) ?? [''];
    const register = (reference: string) =>
      call(
        'POST',
        `${url}/informed/v1/consumer/applications`,
        {
          application_reference_id: reference,
          application_date: '2029-12-28',
          services: ['extract'],
          webhook: 'http://127.0.0.1:1/',
        },
        { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
      );
    expect((await register('aaa')).status).toBe(201);
    const refused = register(evilText);
    const started = performance.now();
    const health = await fetch(`${url}/_ringback/health`, { signal: AbortSignal.timeout(5_000) });
    expect(health.status).toBe(200);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await refused).toMatchObject({
      status: 400,
      body: {
        violations: [{ code: 'time-limit', message: expect.stringContaining('the pattern "^(a+)+$"') }],
      },
    });
  });

  it('makes `validate` report that it could not check the callback', async () => {
    const contract = await contractWithEvilPattern();
    const { code, stdout } = await runCli(['validate', '-', '--contract', contract], {
      stdin: JSON.stringify({ event_type: 'error', application_reference_id: evilText }),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('could not be checked: the pattern "^(a+)+$" takes too much time or memory');
  });
});
