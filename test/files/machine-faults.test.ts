import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BlobStore } from '../../src/files/blob-store.ts';
import { makePrivateFolder, removeLeftovers } from '../../src/files/private-folder.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0).reverse()) clean();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-test-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Mounts a disk of a few MB on a folder; needs root. */
function mountDisk(folder: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder], { stdio: 'pipe' });
    cleanUp.push(() => execFileSync('umount', ['-l', folder]));
    return true;
  } catch (error) {
    // CI runs as root. Elsewhere the test must not look like one that passed.
    if (process.env.CI !== undefined) throw error;
    console.warn('SKIPPED: a full disk. Run as root on Linux, who may mount one.');
    return false;
  }
}

function useTemporaryFolder(folder: string): void {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  cleanUp.push(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}

/** A mock that records its messages about the machine. */
async function start(): Promise<{ ringback: TestRingback; said: string[] }> {
  const said: string[] = [];
  const note = (text: string): void => void said.push(text);
  const ringback = await startRingback({
    log: { request: () => undefined, failure: (what) => note(`failure: ${what}`), info: note, warn: note },
  });
  return { ringback, said };
}

/** Submits a document of the given size to DocDigitizer. */
async function submit(
  { url }: TestRingback,
  bytes: number,
): Promise<{ status: number; type: string; detail: string }> {
  const form = new FormData();
  form.append('files', new Blob(['%PDF-1.4\n', new Uint8Array(bytes)]), 'a.pdf');
  const response = await fetch(`${url}/docdigitizer/api/v2/documents`, {
    method: 'POST',
    headers: { authorization: 'Bearer any' },
    body: form,
  });
  const body = (await response.json()) as { type?: string; detail?: string };
  return { status: response.status, type: body.type ?? '', detail: body.detail ?? '' };
}

const MiB = 1024 * 1024;

describe('a disk without free space', () => {
  it('causes a 507 that names the folder, is logged once, and recovers when there is space again', async () => {
    const folder = newFolder();
    if (!mountDisk(folder, '3m')) return;
    useTemporaryFolder(folder);
    const { ringback, said } = await start();
    for (let i = 0; i < 2; i++) {
      const answer = await submit(ringback, 6 * MiB);
      expect(answer.status).toBe(507);
      expect(answer.type).toMatch(/urn:ringback:storage\.full$/);
      expect(answer.detail).toMatch(
        new RegExp(`the disk of the folder ${folder}/ringback-\\w{6} is full \\(ENOSPC\\)`),
      );
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      'uploads are refused until this is fixed. Could not store a file: the disk of the folder',
    );
    expect((await submit(ringback, 1_000)).status).toBe(202);
    expect(said).toHaveLength(1);
    expect((await submit(ringback, MiB)).status).toBe(202);
    expect(said.slice(1)).toEqual(['the disk accepts uploads again']);
  });
});

describe('a missing folder for temporary files', () => {
  it('causes a 507 that names it, and recovers when it exists', async () => {
    const folder = join(newFolder(), 'missing');
    useTemporaryFolder(folder);
    const { ringback, said } = await start();
    const answer = await submit(ringback, MiB);
    expect(answer).toMatchObject({
      status: 507,
      detail: expect.stringContaining(`the folder ${folder} cannot be used (ENOENT)`),
    });
    expect(answer.type).toMatch(/urn:ringback:storage\.unusable$/);
    mkdirSync(folder);
    expect((await submit(ringback, MiB)).status).toBe(202);
    expect(said).toHaveLength(2);
    expect((await call('GET', `${ringback.url}/_ringback/health`)).status).toBe(200);
  });

  it('is recreated after it was deleted', () => {
    const directory = newFolder();
    const store = new BlobStore({ memoryBytes: 0, maxTotalBytes: 10 * MiB, directory });
    const keep = (): string => {
      const file = store.open();
      file.write(Buffer.alloc(MiB));
      return store.keep(file);
    };
    const lost = keep();
    rmSync(join(directory, readdirSync(directory)[0] ?? ''), { recursive: true });
    expect(store.read(lost)).toBeUndefined();
    const kept = store.read(keep());
    kept?.stream.destroy();
    expect(kept?.size).toBe(MiB);
    store.close();
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('folders left behind by processes', () => {
  it('are removed, except those of living processes and of anything else', async () => {
    const parent = newFolder();
    const living = makePrivateFolder(parent);
    cleanUp.push(() => living.remove());
    const lock = `lock-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}`;
    // Its process is killed: the socket remains, but nothing listens on it.
    const dead = join(parent, 'ringback-aaaaaa');
    mkdirSync(dead, { mode: 0o700 });
    const script = `require('node:net').createServer().listen(${JSON.stringify(join(dead, lock))}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
    expect(readdirSync(dead)).toEqual([lock]);
    expect(await removeLeftovers(parent)).toEqual([dead]);
    expect(readdirSync(parent)).toHaveLength(1);
  });

  it('of other users, other machines and other programs stay', async () => {
    const parent = newFolder();
    mkdirSync(join(parent, 'ringback-bbbbbb'), { mode: 0o700 });
    mkdirSync(join(parent, 'ringback-of-mine'), { mode: 0o700 });
    mkdirSync(join(parent, 'ringback-cccccc'), { mode: 0o755 });
    const elsewhere = join(parent, 'ringback-dddddd');
    mkdirSync(elsewhere, { mode: 0o700 });
    const server = createServer().listen(join(elsewhere, 'lock-00000000'));
    await once(server, 'listening');
    cleanUp.push(() => server.close());
    expect(await removeLeftovers(parent)).toEqual([]);
    expect(readdirSync(parent)).toHaveLength(4);
  });
});
