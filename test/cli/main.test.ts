import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { version } from '../../src/loading/version.ts';
import { runCli } from './run-cli.ts';

const bin = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url));

describe('ringback', () => {
  it('prints its version', async () => {
    for (const args of [['--version'], ['-V'], ['-v'], ['version'], ['serve', '-V']])
      expect(await runCli(args)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('prints its commands with their arguments', async () => {
    const general = await runCli(['--help']);
    expect(general).toMatchObject({ code: 0, stderr: '' });
    expect(general.stdout).toMatch(
      /ringback serve \[openapi\.yaml\]\n.*ringback validate <file\|-\|url\|json>/s,
    );
    const serve = await runCli(['serve', '--help']);
    expect(serve).toMatchObject({ code: 0, stderr: '' });
    expect(serve.stdout).toContain('--allow-callbacks-to <host|cidr>');
    expect(await runCli(['help', 'serve'])).toEqual(serve);
    expect(await runCli(['serve', '-h'])).toEqual(serve);
    expect(await runCli(['serve', '--port', 'x', '--help'])).toEqual(serve);
  });

  it('exits 2 and shows the help on stderr without a command', async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage:');
  });

  it.each([
    [['serv'], /no command "serv"\. Did you mean "serve"\?/],
    [['--versoin'], /no option "--versoin"\. Did you mean "--version"\?/],
    [['help', 'validat'], /Did you mean "validate"\?/],
    [['list'], /Did you mean "scenario list"\?/],
    [['scenari', 'list'], /Did you mean "scenario list"\?/],
    [['__proto__'], /no command "__proto__"/],
    [['validate', '--strit', '-'], /no option --strit\. Did you mean "--strict"\?/],
    [['validate'], /nothing given\. Expected a file, - for stdin, a URL/],
    [['validate', '-', '--callback', 'informed.nothing'], /--callback\. Got "informed\.nothing"/],
  ])('refuses %j with advice, and exits 2', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

it.each([
  [['scenario', 'list'], 0],
  [['types', '--strict', 'no-such-file'], 2],
  [['trigger', 'nothing', '--to', 'http://127.0.0.1:1'], 2],
])('ringback %j warns of a misspelt variable, and only of that', async (args, code) => {
  const env = { RINGBACK_PROT: '1', RINGBACK_PORT: '2', RINGBACK_FILES: 'x' };
  const ended = await runCli(args, { env });
  expect(ended.code).toBe(code);
  expect(ended.stderr.split('\n')[0]).toBe(
    'ringback: warning: the environment variable RINGBACK_PROT is ignored: no option is read from it. Did you mean "RINGBACK_PORT"?',
  );
  expect(ended.stderr.match(/warning:/g)).toHaveLength(1);
});

describe('ringback validate', () => {
  it.each([
    [
      'http://localhost:3000/callback?documentId=1&state=92&stateText=REJECTED',
      0,
      'valid: docdigitizer.documentState\n',
    ],
    [
      'http://localhost:3000/callback?documentId=1&state=x&stateText=REJECTED',
      1,
      'invalid: docdigitizer.documentState',
    ],
    ['?documentId=1&state=92&stateText=REJECTED', 0, 'valid: docdigitizer.documentState\n'],
    ['{"event_type":"extractions"}', 1, 'invalid: informed.extractions'],
    ['[1]', 1, 'must be a JSON object'],
    [' {', 1, 'invalid: no known callback'],
  ])('validate reads %j itself', async (input, code, message) => {
    const ended = await runCli(['validate', input]);
    expect(ended).toMatchObject({ code, stderr: '' });
    expect(ended.stdout).toContain(message);
  });

  it('validate accepts a valid callback from a file and from stdin, and exits 0', async () => {
    const [example] = (await loadBundledContract()).callbacks.get('informed.verifications')?.examples ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
    try {
      const file = join(folder, 'callback.json');
      await writeFile(file, JSON.stringify(example));
      const fine = { code: 0, stdout: 'valid: informed.verifications\n', stderr: '' };
      expect(await runCli(['validate', file])).toEqual(fine);
      expect(await runCli(['validate', '-', '--strict'], { stdin: await readFile(file, 'utf8') })).toEqual(
        fine,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('validate lists violations on stdout, and exits 1', async () => {
    const { code, stdout, stderr } = await runCli(['validate', '-'], {
      stdin: '{"event_type":"extractions"}',
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^invalid: informed\.extractions, \d+ violations\n {2}\S.*application_id/s);
  });

  it('prints JSON when asked to', async () => {
    const { code, stdout } = await runCli(['validate', '-', '--json'], {
      stdin: 'documentId=a&state=x&stateText=y',
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false, type: 'docdigitizer.documentState' });
  });

  it.each([
    ['no-such-file.json', 'there is no such file or directory.'],
    ['.', 'it is a directory, expected a file.'],
    ['package.json/x', 'there is no such file or directory.'],
  ])('validate says why %s cannot be read, and exits 3', async (file, reason) => {
    expect(await runCli(['validate', file])).toEqual({
      code: 3,
      stdout: '',
      stderr: `ringback: Could not read ${file}: ${reason}\n`,
    });
  });

  const callback = JSON.stringify({ event_type: 'extractions', employer: 'Café' });
  it.each([
    [
      'UTF-16 with a byte-order mark',
      Buffer.from(`\uFEFF${callback}`, 'utf16le'),
      'is UTF-16, expected UTF-8',
    ],
    ['UTF-16 without one', Buffer.from(callback, 'utf16le'), 'is UTF-16, expected UTF-8'],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${callback}`, 'utf16le').swap16(), 'is UTF-16, expected UTF-8'],
    ['Latin-1', Buffer.from(callback, 'latin1'), 'is not UTF-8'],
    ['not text', Buffer.from([0x25, 0x50, 0xe2, 0xe3, 0xcf, 0xd3]), 'is not UTF-8'],
  ])(
    'finds a callback invalid that is %s, from a file and from stdin, and says so',
    async (_, bytes, message) => {
      const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const file = join(folder, 'callback.json');
      await writeFile(file, bytes);
      const invalid = {
        code: 1,
        stdout: `invalid: no known callback, 1 violation\n  (all)  ${message}  [encoding]\n`,
        stderr: '',
      };
      expect(await runCli(['validate', file])).toEqual(invalid);
      expect(await runCli(['validate', '-'], { stdin: bytes })).toEqual(invalid);
    },
  );

  it('validate reads UTF-8 that begins with a byte-order mark', async () => {
    const { stdout } = await runCli(['validate', '-'], { stdin: '\uFEFF{"event_type":"error"}' });
    expect(stdout).toMatch(/^invalid: informed\.error, /);
  });

  it('validate checks against another contract when one is named', async () => {
    const { code, stderr } = await runCli(['validate', '-', '--contract', 'no-such-file.yaml'], {
      stdin: '{}',
    });
    expect(code).toBe(3);
    expect(stderr).toContain('no-such-file.yaml');
  });
});

describe('the bin file', () => {
  it('the bin file runs the sources of a checkout that was not built', () => {
    const { status, stdout } = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` });
  });

  it.each(['20.20.2', '22.18.0', '8.0.0'])(
    'the bin file says in one line that Node %s is too old, and exits 3',
    (old) => {
      const pretend = `Object.defineProperty(process.versions, 'node', { value: '${old}' }); Object.defineProperty(process, 'version', { value: 'v${old}' });`;
      const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, bin, '--version'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
      expect(stderr).toBe(
        `ringback needs Node.js 22.19 or newer; this is v${old}. Install a newer Node.js and run it again.\n`,
      );
    },
  );
});
