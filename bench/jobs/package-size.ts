import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Job } from '../lib/job.ts';

const mebibyte = 1024 ** 2;

export const packageSize: Job = {
  name: 'package-size',
  title: 'What the package weighs',
  text: 'The packed package, with its docs and examples, is installed into an empty folder, without optional peers. Counted are its own files, then all that `npm install` brings.',
  ours: ['package'],
  floors: [],
  rounds: 1,
  figures: [
    { what: 'download, MiB', ours: 'package.packedMiB', value: { atMost: 2 } },
    { what: 'unpacked, MiB', ours: 'package.unpackedMiB' },
    { what: 'files', ours: 'package.files' },
    { what: 'direct dependencies', ours: 'package.direct', value: { atMost: 12 } },
    { what: 'installed packages, Ringback included', ours: 'package.installed', value: { atMost: 40 } },
    { what: 'installed, MiB', ours: 'package.installedMiB' },
  ],
  async measure(_, { dist }) {
    const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-package-'));
    try {
      // A copy, since npm does not pack links.
      const sources = join(folder, 'sources');
      cpSync(resolve(dist, '..'), sources, {
        recursive: true,
        dereference: true,
        filter: (path) => !['node_modules', '.git'].includes(basename(path)),
      });
      // Scripts would build `dist/` again.
      npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], sources);
      const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
      writeFileSync(join(folder, 'package.json'), '{ "private": true }');
      npm(['install', '--silent', '--no-audit', '--no-fund', `./${tarball}`], folder);
      const modules = join(folder, 'node_modules');
      const own = join(modules, 'ringback');
      const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
      const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
      return {
        packedMiB: statSync(join(folder, tarball)).size / mebibyte,
        unpackedMiB: bytesOf(own) / mebibyte,
        files: filesOf(own).length,
        direct: Object.keys(dependencies).length,
        installed: Object.keys(lock.packages).length,
        installedMiB: bytesOf(modules) / mebibyte,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function npm(args: readonly string[], cwd: string): void {
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((file) => join(file.parentPath, file.name));
}

function bytesOf(folder: string): number {
  return filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
