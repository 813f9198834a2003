import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds `dist/` when it is missing or older than its sources. */
export function build(root: string): void {
  const built = join(root, 'dist', 'shipped.json');
  const inputs = ['src', 'schemas', 'scenarios', 'openapi.yaml', 'openapi.control.yaml', 'tools'];
  const newest = Math.max(...inputs.map((input) => newestChange(join(root, input))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  process.stderr.write('building dist/\n');
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
}

/** A copy of a build that does not change when `dist/` is rebuilt. */
export interface Snapshot {
  readonly dist: string;
  remove(): void;
}

/** Copies `dist/`; the rest of the package is linked. */
export function snapshot(root: string): Snapshot {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-build-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
  const published = files.filter((name) => name !== 'dist' && !name.startsWith('!'));
  const rest = ['node_modules', 'package.json', 'README.md', 'LICENSE', ...published];
  for (const name of rest) symlinkSync(join(root, name), join(folder, name));
  return { dist: join(folder, 'dist'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function newestChange(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
