import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { type Chroot, copyInto, makeChroot, makeLocal } from './chroot.ts';
import { execForm, type Instruction, isIgnored, readDockerfile } from './read-dockerfile.ts';

/** A built image: its file system, and how a container of it runs. */
export interface Image {
  readonly chroot: Chroot;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly cwd: string;
  readonly ports: readonly string[];
  readonly health: readonly string[];
  readonly command: readonly string[];
}

export interface BuildOptions {
  /** The checkout: the context of the build. */
  readonly context: string;
  /** An empty folder for the file systems. */
  readonly folder: string;
  readonly tell: (line: string) => void;
}

type Making = { -readonly [K in keyof Image]: Image[K] };

/** Does by hand what `docker build` does with the Dockerfile of the context. An instruction that it does not know fails. */
export function buildImage({ context, folder, tell }: BuildOptions): Image {
  const local = makeLocal(join(folder, 'local'), context);
  const cache = npmConfig('cache');
  const ignored = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const made = new Map<string, Image>();
  const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  let last: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    const name = stage.name ?? String(index);
    tell(`FROM ${stage.image}: by hand, from this machine's /usr and the Node of the checkout`);
    const image = startStage(makeChroot(join(folder, `stage-${name}`), local, cache));
    for (const instruction of stage.instructions) {
      tell(`${instruction.name} ${instruction.text}`);
      perform(image, instruction, { context, ignored, made });
    }
    made.set(name, image);
    last = image;
  }
  if (last === undefined) throw new Error('the Dockerfile has no FROM');
  return last;
}

function startStage(chroot: Chroot): Making {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return { chroot, env, user: 'root', cwd: '/', ports: [], health: [], command: [] };
}

interface Sources {
  readonly context: string;
  readonly ignored: readonly string[];
  readonly made: ReadonlyMap<string, Image>;
}

function perform(image: Making, instruction: Instruction, sources: Sources): void {
  const { name, text, line } = instruction;
  switch (name) {
    case 'WORKDIR':
      image.cwd = posix.resolve(image.cwd, text);
      mkdirSync(join(image.chroot.folder, image.cwd), { recursive: true });
      return;
    case 'COPY':
      copy(image, text, sources);
      return;
    case 'RUN':
      run(image, text);
      return;
    case 'ENV': {
      const [, variable = '', value = ''] = /^(\w+)=(\S*)$/.exec(text) ?? [];
      if (variable === '') throw new Error(`line ${line}: expected ENV NAME=value`);
      image.env = { ...image.env, [variable]: value };
      return;
    }
    case 'USER':
      image.user = text;
      return;
    case 'EXPOSE':
      image.ports = [...image.ports, text];
      return;
    case 'HEALTHCHECK': {
      const command = text.slice(text.indexOf('CMD ') + 4);
      image.health = execForm({ ...instruction, text: command });
      return;
    }
    case 'ENTRYPOINT':
    case 'CMD':
      image.command = [...(name === 'CMD' ? image.command : []), ...execForm(instruction)];
      return;
    default:
      throw new Error(`line ${line}: the build by hand does not know ${name}`);
  }
}

function copy(image: Making, text: string, { context, ignored, made }: Sources): void {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const base = from === undefined ? context : made.get(from)?.chroot.folder;
  if (base === undefined) throw new Error(`there is no stage ${from}`);
  const target = words.pop() ?? '';
  const to = join(image.chroot.folder, posix.resolve(image.cwd, target));
  const keeps = (path: string): boolean => from !== undefined || !isIgnored(relative(base, path), ignored);
  for (const word of words) {
    const source = join(base, word);
    const isFolder = statSync(source).isDirectory();
    copyInto(source, isFolder || !target.endsWith('/') ? to : join(to, basename(word)), keeps);
  }
}

function run(image: Making, text: string): void {
  const env = { ...image.env, ...registry(), HOME: image.user === 'root' ? '/root' : `/home/${image.user}` };
  const how = { user: image.user, cwd: image.cwd, env };
  const [command, ...args] = image.chroot.inside(['/bin/sh', '-c', text], how);
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** How this machine reaches npm's registry. A container runtime has its own way. */
function registry(): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
  return {
    npm_config_cache: '/cache',
    npm_config_registry: npmConfig('registry'),
    npm_config_update_notifier: 'false',
    ...(certificates !== undefined && { NODE_EXTRA_CA_CERTS: certificates }),
  };
}

function npmConfig(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
}
