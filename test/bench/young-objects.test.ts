import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Connection, encode } from '../../bench/lib/client.ts';
import { encodeSubmission, onceAtOnce } from '../../bench/lib/docdigitizer-requests.ts';
import { DocumentsInProgress } from '../../bench/lib/documents-in-progress.ts';
import { writePdf } from '../../bench/lib/pdf.ts';
import { freePort, startNode } from '../../bench/lib/process.ts';
import { createReceiver } from '../../bench/lib/receiver.ts';
import { firstAnswer } from '../../bench/lib/subject.ts';

const documents = 25_000;

/**
 * A finished document keeps 2 KB, and little more should become old. It is four times as much if an object that V8
 * promotes immediately refers to finished requests.
 */
test('only the kept data of a document becomes old', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-young-'));
  const scenarios = join(folder, 'scenarios.yaml');
  writeFileSync(scenarios, onceAtOnce);
  const port = await freePort();
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
  const serve = [main, 'serve', '--port', String(port), '--log', 'json', '--scenarios', scenarios];
  const server = startNode(['--trace-gc-nvp', ...serve]);
  const receiver = await createReceiver();
  let left = documents;
  let oldBytes = 0;
  server.child.stdout?.on('data', (trace: Buffer) => {
    // The first half warms up.
    if (left > documents / 2) return;
    for (const [, bytes] of trace.toString().matchAll(/ gc=s .*? promoted=(\d+)/g)) oldBytes += Number(bytes);
  });
  try {
    await firstAnswer(port, encode({ method: 'GET', path: '/_ringback/health' }), 20);
    const inProgress = new DocumentsInProgress(receiver);
    const file = writePdf(20_480);
    const work = async (_: unknown, slot: number): Promise<void> => {
      const connection = new Connection(port);
      const request = encodeSubmission({ file, callbackUrl: receiver.url(slot) });
      while (left-- > 0) await inProgress.submit(connection, slot, request);
      connection.close();
    };
    await Promise.all(Array.from({ length: 64 }, work));
  } finally {
    await server.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(oldBytes).toBeGreaterThan(0);
  expect(oldBytes / (documents / 2)).toBeLessThan(3_000);
});
