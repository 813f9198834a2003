import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const mebibyte = Buffer.alloc(1024 * 1024, 'a');

describe('uploads of 80 MB', () => {
  it('three concurrent uploads, by form and raw, stay under 200 MB of memory', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('support/echo-process.ts', import.meta.url))],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    try {
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const port = Number((await lines.next()).value);
      const length = 80 * mebibyte.length;
      const head = Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n',
      );
      const form = { 'content-type': 'multipart/form-data; boundary=b' };
      const [first, second, third] = await Promise.all([
        send(port, 'PUT', '/echo/uploads/1', {}, mebibytes(80)),
        send(port, 'PUT', '/echo/uploads/2', {}, mebibytes(80)),
        send(port, 'POST', '/echo/documents', form, [head, ...mebibytes(80), Buffer.from('\r\n--b--\r\n')]),
      ]);
      expect([first.bytes, second.bytes, third.files[0].bytes]).toEqual([length, length, length]);
      child.stdin.write('\n');
      expect(Number((await lines.next()).value)).toBeLessThan(200 * 1024 * 1024);
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
  });
});

function mebibytes(count: number): Buffer[] {
  return Array.from({ length: count }, () => mebibyte);
}

function send(port: number, method: string, path: string, headers: Record<string, string>, chunks: Buffer[]) {
  return new Promise<{ bytes: number; files: { bytes: number }[] & { 0: { bytes: number } } }>(
    (resolve, reject) => {
      const outgoing = request({ port, method, path, headers }, (response) => {
        json(response).then((body) => resolve(body as never), reject);
      });
      outgoing.on('error', reject);
      Readable.from(chunks).pipe(outgoing);
    },
  );
}
