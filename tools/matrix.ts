import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';
import { type Check, type Project, projects } from './matrix/projects.ts';

/**
 * `.ci/matrix [--full] [project…]`: packs the package once, installs it into one small project per test runner and
 * version, and there runs the same six tests in every module system, and tsc without `skipLibCheck` by every kind of
 * module resolution. The short form leaves out what `--full` adds, or what the examples cover.
 * Ends with `matrix: N passed, N failed`; exits with 1 when one failed, or none passed.
 */
const args = process.argv.slice(2);
const isFull = args.includes('--full');
const named = args.filter((arg) => arg !== '--full');
const samples = join(packageRoot, 'test', 'matrix');
const work = mkdtempSync(join(tmpdir(), 'ringback-matrix-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|JEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
  ),
  // npm picks versions that match its Node version.
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  CI: 'true',
  NO_COLOR: '1',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_update_notifier: 'false',
};

execFileSync('npm', ['pack', '--silent', '--pack-destination', work], {
  cwd: packageRoot,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const tarball = join(work, `ringback-${version}.tgz`);

const total = { passed: 0, failed: 0 };
const queue = projects.filter(({ name, short }) =>
  named.length > 0 ? named.includes(name) : isFull || short,
);
// Two at a time: one installs while the other tests.
await Promise.all([runQueue(), runQueue()]);
console.log(`matrix: ${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function runQueue(): Promise<void> {
  for (let project = queue.shift(); project !== undefined; project = queue.shift()) await runProject(project);
}

async function runProject(project: Project): Promise<void> {
  const folder = join(work, project.name);
  const checks = project.checks.filter(({ short }) => isFull || short);
  const packages = new Map(Object.entries(project.packages));
  for (const check of checks) {
    for (const [name, range] of Object.entries(check.packages ?? {})) packages.set(name, range);
  }
  write(folder, 'package.json', JSON.stringify({ private: true }));
  const wanted = [...packages].map(([name, range]) => `${name}@${range}`);
  // The project first, then Ringback, as a user adds it: an npm refusal is a failure here.
  const installed = await run(folder, 'npm', ['install', '--prefer-offline', '--ignore-scripts', ...wanted]);
  const added = await run(folder, 'npm', ['install', '--prefer-offline', '--ignore-scripts', tarball]);
  if (installed.code !== 0 || added.code !== 0) {
    count(`${project.name}, npm install`, 0, 1, installed.output + added.output);
    return;
  }
  count(`${project.name}, npm install`, 1, 0);
  for (const check of checks) await runCheck(project, check, folder);
}

async function runCheck(project: Project, check: Check, folder: string): Promise<void> {
  const own = join(folder, check.folder ?? '.');
  for (const [name, text] of Object.entries(check.files)) write(own, name, text);
  for (const [name, sample] of Object.entries(check.samples ?? {})) {
    mkdirSync(own, { recursive: true });
    copyFileSync(join(samples, sample), join(own, name));
  }
  let output = '';
  for (const command of check.commands) {
    const ended = await run(
      own,
      process.execPath,
      command.map((word) => word.replace(/^node_modules/, join(folder, 'node_modules'))),
    );
    output += ended.output;
    if (ended.code === -1 || (check.read === undefined && ended.code !== 0)) {
      count(`${project.name}, ${check.name}`, 0, 1, output);
      return;
    }
  }
  const { passed, failed } = check.read?.(output) ?? { passed: 1, failed: 0 };
  count(`${project.name}, ${check.name}`, passed, failed, output);
}

function count(name: string, passed: number, failed: number, output = ''): void {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) console.log(output.trimEnd());
  console.log(`${name}: ${passed} passed, ${failed} failed`);
}

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function run(
  cwd: string,
  program: string,
  given: readonly string[],
): Promise<{ code: number; output: string }> {
  mkdirSync(cwd, { recursive: true });
  return new Promise((resolve) => {
    execFile(program, given, { cwd, env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
