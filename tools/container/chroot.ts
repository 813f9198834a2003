import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * A folder that stands in for a container's file system. Its base is this machine's Debian, read-only, with the Node and
 * npm of the checkout under `/usr/local`, as the `node` images have them.
 */
export interface Chroot {
  readonly folder: string;
  /** The command that runs the given one in it. */
  inside(command: readonly string[], how: Inside): readonly [string, ...string[]];
}

export interface Inside {
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As process 1 of a container: in a process namespace of its own. */
  readonly isFirst?: boolean;
}

/** What the base image brings under `/usr/local`. */
export function makeLocal(folder: string, checkout: string): string {
  const cli = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  const npm = resolve(realpathSync(cli), '../..');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(join(checkout, 'node_modules/node/bin/node'), join(folder, 'bin/node'));
  cpSync(npm, join(folder, 'lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'bin/npm'));
  symlinkSync('../lib/node_modules/npm/bin/npx-cli.js', join(folder, 'bin/npx'));
  return folder;
}

/** @param cache a folder that is `/cache` inside: that of npm */
export function makeChroot(folder: string, local: string, cache: string): Chroot {
  for (const name of ['usr', 'dev', 'proc', 'tmp', 'root', 'home/node', 'etc', 'cache'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(folder, name));
  execFileSync('chmod', ['1777', join(folder, 'tmp')]);
  // What programs need to find libraries, hosts, certificates and npm's registry.
  const system = ['alternatives', 'ssl', 'ld.so.cache', 'hosts', 'resolv.conf', 'nsswitch.conf', 'npmrc'];
  for (const name of system.filter((one) => existsSync(join('/etc', one))))
    cpSync(join('/etc', name), join(folder, 'etc', name), { recursive: true, verbatimSymlinks: true });
  writeFileSync(
    join(folder, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  );
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  const mounts = [
    'set -e',
    'mount --bind /usr "$1/usr" && mount -o remount,ro,bind "$1/usr"',
    'mount --bind "$2" "$1/usr/local"',
    'mount --bind "$3" "$1/cache"',
    'mount --rbind /dev "$1/dev"',
    'mount -t proc proc "$1/proc"',
    'root=$1; shift 3; who=$1; shift; exec chroot --userspec="$who" "$root" "$@"',
  ].join('\n');
  return {
    folder,
    inside(command, { user, cwd, env, isFirst = false }) {
      const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      const own = isFirst ? ['--pid', '--fork', '--kill-child'] : [];
      return [
        ...(['unshare', '--mount', ...own, 'bash', '-c', mounts, 'bash', folder, local, cache] as const),
        ...[`${user}:${user}`, 'env', '-i', '-C', cwd, ...variables, ...command],
      ];
    },
  };
}

/** Copies a file or folder into the folder or to the name that `to` is. */
export function copyInto(from: string, to: string, keeps: (path: string) => boolean = () => true): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: keeps });
}
