import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const samples = fileURLToPath(new URL('../samples/', import.meta.url));

/** The result of a finished process. */
export interface Ended {
  readonly code: number;
  /** Stdout and stderr, without colours. */
  readonly output: string;
}

/** A consumer's project with the package as npm installs it, and this repository's dependencies. */
export interface SampleProject {
  readonly directory: string;
  /** Copies a sample into the project under the given name. */
  add(sample: string, name: string): Promise<void>;
  write(name: string, text: string): Promise<void>;
  /** Runs `node` with a file of a package, or of the project. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): Promise<void>;
}

/** Builds the package into a separate directory. */
export async function buildPackage(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-package-'));
  const built = await run(root, ['tools/build.ts', join(directory, 'dist')]);
  if (built.code !== 0) throw new Error(`Could not build the package:\n${built.output}`);
  for (const part of ['package.json', 'openapi.yaml', 'openapi.control.yaml', 'schemas', 'scenarios']) {
    await cp(join(root, part), join(directory, part), { recursive: true });
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * @param built the result of `buildPackage`
 * @param without packages, or scopes, that the project lacks
 */
export async function sampleProject(
  built: { readonly directory: string },
  without: readonly string[] = [],
): Promise<SampleProject> {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-sample-'));
  const modules = join(directory, 'node_modules');
  await mkdir(modules);
  // A copy, since Node resolves the imports of a linked package from the target of the link.
  await cp(built.directory, join(modules, 'ringback'), { recursive: true });
  const names = (await readdir(join(root, 'node_modules'))).filter(
    (name) => !name.startsWith('.') && name !== 'ringback' && !without.includes(name),
  );
  for (const name of names) await symlink(join(root, 'node_modules', name), join(modules, name));
  await writeFile(join(directory, 'package.json'), '{ "type": "module", "private": true }');
  return {
    directory,
    add: (sample, name) => cp(join(samples, sample), join(directory, name)),
    write: (name, text) => writeFile(join(directory, name), text),
    node: (args, env) => run(directory, args, env),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function run(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  // A test runner behaves differently inside another one.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|JEST|NODE_|TEST$|CI$|FORCE_COLOR)/.test(name),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd, env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env }, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
