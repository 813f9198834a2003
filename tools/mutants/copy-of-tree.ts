import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a work tree in the temporary folder, what git ignores left out. Packages are those of the original. */
export async function copyOfTree(root: string): Promise<{ readonly folder: string; remove(): void }> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-tree-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0')) {
    // A file that was removed and not committed is still listed.
    if (file !== '' && existsSync(join(root, file))) await cp(join(root, file), join(folder, file));
  }
  for (const packages of ['node_modules', 'tools/types/node_modules']) {
    if (existsSync(join(root, packages))) symlinkSync(join(root, packages), join(folder, packages));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
