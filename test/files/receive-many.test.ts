import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

it('receiveFile receives twenty files of 80 MB concurrently in a process below 200 MB', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-receive-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const script = fileURLToPath(new URL('../fixtures/receive-many.ts', import.meta.url));
  const sizes = ['20', String(80 * 1024 * 1024)];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...sizes, directory]);
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ files: 20, problems: 0, bytes: 20 * 80 * 1024 * 1024 });
  expect((report as { peakRssBytes: number }).peakRssBytes).toBeLessThan(200 * 1024 * 1024);
}, 120_000);
