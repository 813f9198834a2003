import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

const prefix = 'ringback-';
const folderName = /^ringback-[A-Za-z0-9]{6}$/;

/** A folder of this process alone, removed when it ends. */
export interface PrivateFolder {
  readonly path: string;
  remove(): void;
}

const inUse = new Map<string, Server>();

/**
 * Creates a private folder with an open socket in it. As long as a process holds the socket open, the process is alive,
 * in any container. If none does, another process may remove the folder. Process ids would not do: they are reused, and
 * mean nothing in another container.
 */
export function makePrivateFolder(parent: string): PrivateFolder {
  // mkdtemp creates the folder for its owner only (0700).
  const path = mkdtempSync(join(parent, prefix));
  if (inUse.size === 0) process.once('exit', removeAll);
  const lock = createServer((client) => client.destroy());
  // Without it (if the path is too long, or the system has none) the folder never counts as a leftover.
  lock.on('error', () => undefined);
  lock.listen(join(path, lockName())).unref();
  inUse.set(path, lock);
  return {
    path,
    remove() {
      lock.close();
      inUse.delete(path);
      if (inUse.size === 0) process.off('exit', removeAll);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * Removes the private folders of this user's processes that ended without removing them, for example on SIGKILL.
 * @returns their paths
 * @throws the error of the system if the parent folder is unreadable
 */
export async function removeLeftovers(parent: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (!folderName.test(name) || !(await isLeftover(path))) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function isLeftover(path: string): Promise<boolean> {
  try {
    const folder = await lstat(path);
    const isOurs = folder.isDirectory() && folder.uid === process.getuid?.() && (folder.mode & 0o077) === 0;
    if (!isOurs) return false;
    const lock = join(path, lockName());
    return (await lstat(lock)).isSocket() && !(await isHeld(lock));
  } catch {
    // Deleted meanwhile, without a lock, or of a machine that shares the parent folder: then it is unknown whether its
    // process has ended.
    return false;
  }
}

/** Whether a process is listening. Only a definite no from the system counts. */
function isHeld(lock: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(lock);
    const end = (held: boolean): void => {
      resolve(held);
      socket.destroy();
    };
    socket.on('connect', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED'));
  });
}

/** Another machine may share the parent folder, and cannot reach the socket. */
function lockName(): string {
  return `lock-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}`;
}

function removeAll(): void {
  for (const path of inUse.keys()) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The next start removes it.
    }
  }
}
