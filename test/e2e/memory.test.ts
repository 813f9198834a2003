import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../cli/run-cli.ts';
import { buildPackage } from '../support/built-package.ts';
import { informedClient } from '../support/clients.ts';
import { jsonOf, startConsumer } from '../support/consumer.ts';
import { pdfStream } from '../support/fixture-files.ts';
import { call } from '../support/test-server.ts';

const mebibyte = 1024 * 1024;
const hasProc = existsSync('/proc/self/status');
if (!hasProc) console.warn('The memory of a process is read from /proc, which this system lacks: left out.');

describe.skipIf(!hasProc)('a process that takes uploads of 80 MB', () => {
  let cli: CliProcess;
  let url = '';
  let built: ReturnType<typeof buildPackage>;
  beforeEach(async () => {
    built = buildPackage();
    const args = ['serve', '--port', '0', '--clock', 'virtual', '--seed', '1', '--log', 'quiet'];
    cli = startCli(args, {}, built.main);
    url = /listening on (\S+)/.exec(await cli.until('stdout', /listening on \S+\n/))?.[1] ?? '';
  });
  afterEach(async () => {
    cli.child.kill('SIGTERM');
    await cli.exit;
    built.remove();
    expect(cli.stderr).toBe('');
  });

  /** Peak resident memory of the process, in bytes. */
  function peakMemory(): number {
    const status = readFileSync(`/proc/${cli.child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async function upload(uploadUrl: string, bytes: number): Promise<unknown> {
    const body = Readable.toWeb(Readable.from(pdfStream(bytes), { objectMode: false })) as ReadableStream;
    const answer = await fetch(uploadUrl, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { bytes: number }).bytes;
  }

  it('an upload of 80 MB is extracted, one of 81 MB gets the error callback, and memory stays under 200 MB', async () => {
    const consumer = await startConsumer();
    const client = informedClient(url);
    const id = await client.register(consumer.url, { services: ['extract'] });
    const { image_files } = await client.announce(id, ['paystub.pdf', 'large.pdf']);
    expect(await upload(image_files[0].upload_url, 80 * mebibyte)).toBe(80 * mebibyte);
    expect(await upload(image_files[1].upload_url, 81 * mebibyte)).toBe(81 * mebibyte);
    await call('POST', `${url}/_ringback/clock`, { settle: true });
    expect(consumer.requests.map((request) => jsonOf(request))).toMatchObject([
      { event_type: 'extractions' },
      {
        event_type: 'error',
        file_id: image_files[1].file_id,
        error_message: 'The file size is too large. It should be less than 80MB.',
      },
    ]);
    expect(peakMemory()).toBeLessThan(200 * mebibyte);
  });

  // Retried in a fresh process: on a loaded machine, garbage collection may come late.
  it('20 concurrent uploads are accepted, and memory stays under 200 MB', {
    timeout: 120_000,
    retry: 4,
  }, async () => {
    const consumer = await startConsumer();
    const client = informedClient(url);
    const id = await client.register(consumer.url, { services: ['extract'] });
    const names = Array.from({ length: 20 }, (_, index) => `paystub-${index}.pdf`);
    const { image_files } = await client.announce(id, names);
    const sizes = await Promise.all(
      image_files.map(({ upload_url }: { upload_url: string }) => upload(upload_url, 80 * mebibyte)),
    );
    expect(sizes).toEqual(Array(20).fill(80 * mebibyte));
    await call('POST', `${url}/_ringback/clock`, { settle: true });
    expect(consumer.requests).toHaveLength(20);
    for (const request of consumer.requests) expect(jsonOf(request).event_type).toBe('extractions');
    expect(peakMemory()).toBeLessThan(200 * mebibyte);
  });
});
