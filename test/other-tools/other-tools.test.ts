import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// Third-party tools read the shipped files from a separate folder and without a network: a look-up or connection
// beyond loopback fails, and is recorded even if the tool continues.
// Each test starts a whole tool, which is slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const here = import.meta.dirname;
const root = join(here, '../..');
const run = promisify(execFile);
const documents = ['openapi.yaml', 'openapi.bundled.yaml', 'openapi.control.yaml'];

let folder: string;
let network: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-other-tools-'));
  network = join(folder, 'network.log');
  for (const name of [...documents, 'schemas'])
    await cp(join(root, name), join(folder, name), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a script with Node, offline, in the folder of the copies. */
async function offline(script: string, ...args: readonly string[]): Promise<string> {
  const guard = pathToFileURL(join(here, 'no-network.ts')).href;
  const { stdout } = await run(process.execPath, [script, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${guard}`,
      NETWORK_LOG: network,
      REDOCLY_TELEMETRY: 'off',
      REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    },
  });
  expect(existsSync(network) ? readFileSync(network, 'utf8') : '').toBe('');
  return stdout;
}

/** The script of an installed package's command. */
function bin(name: string, command: string, from = join(root, 'package.json')): string {
  const require = createRequire(from);
  for (const base of require.resolve.paths(name) ?? []) {
    const file = join(base, name, 'package.json');
    if (existsSync(file)) return join(dirname(file), JSON.parse(readFileSync(file, 'utf8')).bin[command]);
  }
  throw new Error(`${name} is not installed.`);
}

test('the network guard records a look-up', async () => {
  const script = join(folder, 'fetch.mjs');
  await writeFile(script, "await fetch('https://ringback.example/schemas/x.json').catch(() => undefined);\n");
  await expect(offline(script)).rejects.toThrow('ringback.example');
  await rm(network);
});

test.each(['swagger-parser', 'json-schema-ref-parser', 'readme-openapi-parser', 'scalar-openapi-parser'])(
  '%s validates, bundles and dereferences the documents',
  async (tool) => {
    const out = await offline(
      join(here, 'read-with.ts'),
      tool,
      ...documents.map((name) => join(folder, name)),
    );
    expect(out.trim().split('\n')).toEqual(['"Error callback"', '"Error callback"', 'null']);
  },
);

test('hyperjump validates with the schemas in their folder, and with each bundle alone', async () => {
  const callbacks = (await readdir(join(folder, 'schemas/callbacks'))).map(
    (name) => `schemas/callbacks/${name}`,
  );
  const bundles = (await readdir(join(folder, 'schemas/bundled'))).map((name) => `schemas/bundled/${name}`);
  const files = [...callbacks, ...bundles].map((name) => join(folder, name));
  const lines = (await offline(join(here, 'read-with.ts'), 'hyperjump', ...files)).trim().split('\n');
  expect(lines.length).toBe(files.length);
  for (const line of lines) expect(JSON.parse(line)).toEqual({ examples: expect.any(Number), empty: false });
});

describe('redocly', () => {
  test.each(documents)('redocly bundles %s into a document without references to files', async (name) => {
    await offline(bin('@redocly/cli', 'redocly'), 'bundle', name, '-o', `out/${name}`);
    const text = await readFile(join(folder, 'out', name), 'utf8');
    const outside = [...text.matchAll(/\$ref: (.+)/g)].map(([, ref = '']) => ref.replace(/['"]/g, ''));
    expect(outside.filter((ref) => !ref.startsWith('#/'))).toEqual([]);
  });
});

describe('openapi-typescript', () => {
  const types = join(root, 'tools/types/package.json');

  test.each(documents)(
    'openapi-typescript writes types of %s in which every typed value has its type',
    async (name) => {
      const target = `types/${name}.d.ts`;
      await offline(bin('openapi-typescript', 'openapi-typescript', types), name, '-o', target);
      const text = await readFile(join(folder, target), 'utf8');
      // A union that includes unknown is unknown.
      expect(text).not.toMatch(/\| unknown|unknown \|/);
      if (name !== 'openapi.control.yaml') expect(text).toContain('("pass" | "fail" | "missing" | "review")');
    },
  );

  test('callback types of openapi-typescript compile for a consumer in the strictest mode of TypeScript', async () => {
    for (const name of ['plain-types.ts', 'tsconfig.json'])
      await cp(join(here, 'samples', name), join(folder, name));
    await run(process.execPath, [bin('typescript', 'tsc', types), '-p', folder]).catch((error) => {
      throw new Error(`tsc: ${error.stdout}`);
    });
  });
});

test.each(documents)('prism serves %s', async (name) => {
  const prism = bin('@stoplight/prism-cli', 'prism');
  const serve = join(folder, 'prism.mjs');
  // Prism has no command that only reads a document, so it is stopped as soon as it listens.
  await writeFile(
    serve,
    `const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  const written = write(text, ...rest);
  if (String(text).includes('Prism is listening')) process.exit(0);
  return written;
};
process.argv.splice(1, 1, ${JSON.stringify(prism)});
await import(${JSON.stringify(pathToFileURL(prism).href)});
`,
  );
  expect(await offline(serve, 'mock', name, '-m', 'false', '-p', '0')).toContain('Prism is listening');
});

// Debian's python3: the first one in PATH may be another.
const python = '/usr/bin/python3';
const hasJsonschema = await run(python, ['-c', 'import jsonschema']).then(
  () => true,
  () => false,
);
if (!hasJsonschema)
  console.warn(`${python} has no jsonschema (Debian: python3-jsonschema): its tests are skipped.`);

describe.skipIf(!hasJsonschema)('jsonschema of Python', () => {
  /** Runs Python without a network: every connection fails. */
  async function offlinePython(...args: readonly string[]): Promise<string> {
    await writeFile(
      join(folder, 'sitecustomize.py'),
      'import socket\n\ndef refuse(*args):\n    raise OSError(f"There is no network in this test: {args}")\n\nsocket.getaddrinfo = refuse\nsocket.socket.connect = lambda self, address: refuse(address)\n',
    );
    const path = [folder, process.env.PYTHONPATH].filter((entry) => entry !== undefined).join(delimiter);
    const { stdout } = await run(python, args as string[], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: path },
    });
    return stdout;
  }

  test('jsonschema accepts the examples of each bundle and refuses an empty object', async () => {
    await cp(join(here, 'samples/all_bundles.py'), join(folder, 'all_bundles.py'));
    const bundles = await readdir(join(folder, 'schemas/bundled'));
    expect(JSON.parse(await offlinePython('all_bundles.py'))).toEqual(bundles.sort());
  });

  test('the Python example of docs/other-languages.md prints what the page says', async () => {
    const page = await readFile(join(root, 'docs/other-languages.md'), 'utf8');
    const [, code = '', output] = /```python\n(.+?)```\n\n```text\n(.+?)```/s.exec(page) ?? [];
    await writeFile(join(folder, 'example.py'), code);
    await cp(join(folder, 'schemas'), join(folder, 'node_modules/ringback/schemas'), { recursive: true });
    expect(await offlinePython('example.py')).toBe(output);
  });

  test('the jsonschema command validates a file with a bundle', async () => {
    const schema = JSON.parse(await readFile(join(folder, 'schemas/bundled/error.json'), 'utf8'));
    await writeFile(join(folder, 'good.json'), JSON.stringify(schema.examples[0]));
    await writeFile(join(folder, 'bad.json'), JSON.stringify({ ...schema.examples[0], file_id: 1 }));
    const validate = (instance: string) =>
      offlinePython('-W', 'ignore', '-m', 'jsonschema', '-i', instance, 'schemas/bundled/error.json');
    await validate('good.json');
    await expect(validate('bad.json')).rejects.toThrow("1 is not of type 'string'");
  });
});
