import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies a work tree, except what git ignores, to the temporary folder. It shares the packages of the original. */
export async function copyOfTree(root: string): Promise<{ readonly folder: string; remove(): void }> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-tree-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0')) {
    // git still lists a file that was removed without a commit.
    if (file !== '' && existsSync(join(root, file))) await cp(join(root, file), join(folder, file));
  }
  for (const packages of ['node_modules', 'tools/types/node_modules']) {
    if (existsSync(join(root, packages))) symlinkSync(join(root, packages), join(folder, packages));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
