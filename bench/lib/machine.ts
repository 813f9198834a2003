import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** The machine and versions of the measurement. */
export function describeMachine(root: string): string[] {
  const { dependencies, version } = readPackage(root);
  const used = Object.keys(dependencies ?? {})
    .sort()
    .map((name) => `${name} ${readPackage(join(root, 'node_modules', name)).version}`);
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${commit(root)}`,
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Node ${process.versions.node}, ringback ${version}, ${used.join(', ')}`,
  ];
}

function readPackage(folder: string): { version: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function commit(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    const changed =
      git('status', '--porcelain', '--', 'src', 'schemas', 'scenarios') === '' ? '' : ' and changes on top';
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changed}`;
  } catch {
    return 'not in a git repository';
  }
}
