import { describe, expect, it } from 'vitest';
import { commandHelp } from '../../src/cli/help.ts';
import {
  type CommandName,
  commands,
  exampleOf,
  isClientCommand,
  optionsOf,
  textOf,
} from '../../src/cli/options.ts';
import { readOptions, unreadVariables } from '../../src/cli/read-options.ts';

const read = (args: string[], env: Record<string, string> = {}) => readOptions('serve', args, env);

describe('readOptions', () => {
  it('readOptions returns every default when nothing is given', () => {
    expect(read([])).toEqual({
      positionals: [],
      given: new Set(),
      options: {
        config: null,
        port: 4020,
        host: null,
        container: false,
        scenarios: [],
        clock: 'real',
        speed: 1,
        seed: null,
        now: null,
        set: {},
        tls: false,
        'allow-callbacks-to': [],
        'insecure-callbacks': false,
        'public-url': null,
        'control-token': null,
        'allow-host': [],
        'allow-origin': [],
        log: 'pretty',
        'max-spaces': 1000,
        'memory-bytes': null,
        'kept-upload-bytes': 4 * 1024 ** 3,
        'upload-memory-bytes': 64 * 1024 ** 2,
        'max-connections': 4096,
        'max-header-bytes': 16 * 1024,
        'request-timeout': 3_600_000,
        'min-body-rate': 100,
        'max-attempts': 1024,
        'max-attempts-per-origin': 128,
        name: null,
        'webhooks-to': null,
        'allow-remote-refs': false,
      },
    });
  });

  it('readOptions reads every kind of option, with and without =', () => {
    const { options: values, positionals } = read(
      'my.yaml --port=0 --clock virtual --speed 0.5 --request-timeout 30s --seed 0 --tls --set a=1 --set b=x=y --scenarios one --scenarios two'.split(
        ' ',
      ),
    );
    expect(positionals).toEqual(['my.yaml']);
    expect(values).toMatchObject({
      port: 0,
      clock: 'virtual',
      speed: 0.5,
      'request-timeout': 30_000,
      seed: 0,
      tls: true,
      set: { a: '1', b: 'x=y' },
      scenarios: ['one', 'two'],
    });
  });

  it('readOptions prefers the command line to the environment, and the environment to the default', () => {
    const env = { RINGBACK_PORT: '5000', RINGBACK_HOST: 'localhost', RINGBACK_LOG: '' };
    expect(read(['--port', '6000'], env).options).toMatchObject({
      port: 6000,
      host: 'localhost',
      log: 'pretty',
    });
  });

  it('readOptions reads arrays from the environment split at commas, assignments at semicolons, flags as true or 1', () => {
    const env = { RINGBACK_SCENARIOS: 'a, b', RINGBACK_SET: 'x=1,2; y=3', RINGBACK_TLS: '1' };
    expect(read([], env).options).toMatchObject({
      scenarios: ['a', 'b'],
      set: { x: '1,2', y: '3' },
      tls: true,
    });
    expect(read([], { RINGBACK_TLS: 'false' }).options.tls).toBe(false);
  });

  it('readOptions takes the last occurrence of a single-valued option', () => {
    expect(read(['--port', '1', '--port', '2']).options.port).toBe(2);
  });

  it.each([
    [['--port', 'x'], /--port\. Got "x", expected an integer from 0 to 65535/],
    [['--port', '65536'], /--port\. Got "65536"/],
    [['--port', '1.5'], /--port\. Got "1.5", expected an integer/],
    [['--port', '0x10'], /--port\. Got "0x10"/],
    [['--port='], /--port\. Got ""/],
    [['--port'], /--port\. Got nothing, expected <port>/],
    [['--port', '--tls'], /--port\. Got "--tls".*--port=<value>/],
    [['--seed=-1'], /--seed\. Got "-1", expected an integer from 0/],
    [
      ['--request-timeout', '1'],
      /--request-timeout\. Got "1", expected a duration from 1s to 1d, e\.g\. 30s/,
    ],
    [['--request-timeout', '2d'], /--request-timeout\. Got "2d"/],
    [['--speed', '0'], /--speed\. Got "0", expected a number from 0.001/],
    [['--clock', 'virtuel'], /--clock\. Got "virtuel", expected real or virtual\. Did you mean "virtual"\?/],
    [['--now', 'tomorrow'], /--now\. Got "tomorrow", expected an RFC 3339 time from 1970 to 9899, such as/],
    [['--tls=yes'], /--tls\. Got "yes", expected no value/],
    [['--set', 'nothing'], /--set\. Got "nothing", expected name=value, e\.g\. informed\.quietPeriod=1s/],
    [['--set', '=1'], /--set\. Got "=1"/],
    [['--host='], /--host\. Got an empty string, expected <host>/],
    [['a', 'b'], /"b" is an unexpected argument\. Usage: ringback serve \[openapi\.yaml\]/],
  ])('refuses %j', (args, message) => {
    expect(() => read(args)).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringMatching(message) }),
    );
  });

  it('readOptions names the environment variable that has an invalid value', () => {
    expect(() => read([], { RINGBACK_PORT: 'tcp://10.0.0.1:80' })).toThrow(/RINGBACK_PORT\. Got "tcp:/);
    expect(() => read([], { RINGBACK_TLS: 'ja' })).toThrow(/RINGBACK_TLS\. Got "ja", expected true or false/);
  });

  it.each([
    ['--prot', '--port'],
    ['--scenario', '--scenarios'],
    ['--allow-callback-to', '--allow-callbacks-to'],
    ['--Port', '--port'],
  ])('readOptions suggests for the unknown option %s to use %s, which then works', (wrong, right) => {
    expect(() => read([wrong, '1'])).toThrow(
      expect.objectContaining({
        code: 'option.unknown',
        message: expect.stringContaining(`Did you mean "${right}"?`),
      }),
    );
    expect(() => read([right, '1'])).not.toThrow();
  });

  it('readOptions says which command an option belongs to', () => {
    expect(() => read(['--strict'])).toThrow(
      /serve has no option --strict\. It belongs to ringback validate and check\./,
    );
  });

  it('readOptions takes everything after -- literally', () => {
    expect(readOptions('validate', ['--strict', '--', '--odd-name.json'], {}).positionals).toEqual([
      '--odd-name.json',
    ]);
  });
});

describe('the table of options', () => {
  it.each(Object.keys(commands) as CommandName[])(
    'the help of %s lists every option with its default',
    (command) => {
      const help = commandHelp(command).replaceAll(/\s+/g, ' ');
      const entries = optionsOf(command);
      expect(entries.length).toBeGreaterThan(0);
      for (const [name, entry] of entries) {
        const short = entry.short === undefined ? '' : `, -${entry.short}`;
        expect(help).toContain(` --${name}${short}${entry.value === '' ? '' : ` ${entry.value}`} `);
        expect(help).toContain(textOf(command, entry));
        if (entry.default !== null && entry.type !== 'flag')
          expect(help).toContain(`Default: ${entry.default}`);
      }
    },
  );

  it.each(Object.keys(commands) as CommandName[])('the examples of %s are valid', (command) => {
    for (const [name, entry] of optionsOf(command)) {
      const example = exampleOf(command, name, entry);
      if (example === null) continue;
      const [flag = '', ...value] = example.split(' ');
      const args = [flag, value.join(' ').replaceAll("'", '')];
      expect(readOptions(command, args, {}).options, example).toHaveProperty([name]);
      expect(commandHelp(command).replaceAll(/\s+/g, ' ')).toContain(`e.g. ${example} `);
    }
  });

  it('each option of serve has an environment variable, options of commands that run once have none', () => {
    expect(commandHelp('serve')).toMatch(/Environment:\s+RINGBACK_ALLOW_CALLBACKS_TO\./);
    for (const command of Object.keys(commands) as CommandName[])
      if (command !== 'serve' && !isClientCommand(command))
        expect(commandHelp(command)).not.toMatch(/Environment:\s+RINGBACK_/);
  });

  it.each(Object.keys(commands) as CommandName[])(
    'has no text of another command in the help of %s',
    (command) => {
      const help = commandHelp(command).split('Options:')[1]?.replaceAll(/\s+/g, ' ') ?? '';
      const others = (Object.keys(commands) as CommandName[]).filter((other) => other !== command);
      for (const other of others)
        expect(help).not.toMatch(new RegExp(`ringback ${other}\\b|(^|\\. )${other}:|${other} takes`));
    },
  );

  it.each(Object.keys(commands) as CommandName[])('%s has examples, which it accepts', (command) => {
    const { examples, positionals } = commands[command];
    expect(commandHelp(command)).toContain(`Examples:\n  ${examples[0]}\n`);
    for (const example of examples) {
      const [, ...words] = (example.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
      expect(words.join(' ')).toMatch(new RegExp(`^${command}\\b`));
      const read = readOptions(command, words.slice(command.split(' ').length), {});
      expect(read.positionals.length).toBeLessThanOrEqual(positionals);
    }
  });

  it('-p is --port', () => {
    for (const args of [['-p', '5000'], ['-p5000'], ['--port', '5000']])
      expect(read(args).options.port).toBe(5000);
    expect(commandHelp('serve')).toContain('  --port, -p <port>\n');
    expect(() => read(['-p', 'x'])).toThrow('Could not read --port. Got "x"');
    expect(() => read(['-x'])).toThrow('ringback serve has no option -x.');
  });

  it('the help describes --callback for each command', () => {
    expect(commandHelp('validate')).toMatch(/--callback <type>\n\s+Callback to check against/);
    expect(commandHelp('trigger')).toMatch(/--callback <type>\n\s+The only callback that --override/);
    expect(commandHelp('scenario explain')).toMatch(
      /--seed <n>\n\s+Seed of all ids and data\. Default: 1\.\n/,
    );
    expect(commandHelp('serve')).toMatch(/Changed files\s+are\s+reloaded\./);
    expect(commandHelp('scenario list')).not.toContain('reloaded');
  });
});

describe('the environment', () => {
  it('the environment sets no option of commands other than serve', () => {
    const env = {
      RINGBACK_TO: 'http://127.0.0.1:1',
      RINGBACK_JSON: '1',
      RINGBACK_SEED: 'x',
      RINGBACK_PORT: '1',
    };
    expect(readOptions('trigger', ['rejected'], env)).toMatchObject({
      options: { to: null, json: false, seed: null },
    });
  });

  it('an environment variable that serve does not read gives a warning with the nearest name', () => {
    expect(unreadVariables({ RINGBACK_PROT: '1' })).toEqual([
      'the environment variable RINGBACK_PROT is ignored: no option is read from it. Did you mean "RINGBACK_PORT"?',
    ]);
    expect(unreadVariables({ RINGBACK_TO: 'x' })).toEqual([
      'the environment variable RINGBACK_TO is ignored: no option is read from it. --to of ringback trigger and callbacks and record is read from the command line only.',
    ]);
    expect(
      unreadVariables({ RINGBACK_FILES: 'x', RINGBACK_SEEDS: 'y', RINGBACK_CONTROL_TOKEN: 'z', PORT: '1' }),
    ).toEqual([]);
  });
});
