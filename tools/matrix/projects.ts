import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/loading/contract-files.ts';

/** One program that must exit with 0 in a project, or whose output counts tests. */
export interface Check {
  readonly name: string;
  /** Whether the short form includes it. */
  readonly short: boolean;
  /** Below the project; its package.json is one of the files. Default: the project itself. */
  readonly folder?: string;
  /** Packages that it needs in addition to those of the project, by name. */
  readonly packages?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Files of `test/matrix` by their name in the project. */
  readonly samples?: Readonly<Record<string, string>>;
  /** What Node runs, one after the other; `node_modules/` is the project's. */
  readonly commands: readonly (readonly string[])[];
  /** Counts the tests in the output. Default: each program must exit with 0. */
  read?(output: string): { passed: number; failed: number };
}

/** A project that Ringback is installed into. */
export interface Project {
  readonly name: string;
  readonly short: boolean;
  readonly packages: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

type Resolution = 'nodenext' | 'node16' | 'bundler';
type Module = 'esm' | 'cjs';

const compilers = { '5.8': '~5.8.0', '5.9': '~5.9.0', '7': '7' } as const;
type Compiler = keyof typeof compilers;

const manifests = { esm: '{ "private": true, "type": "module" }', cjs: '{ "private": true }' };

const six = readFileSync(join(packageRoot, 'test', 'matrix', 'six.sample.ts'), 'utf8');
const forVitest = "import { expect, test } from 'ringback/vitest';";
if (!six.includes(forVitest)) throw new Error('six.sample.ts lacks its import of ringback/vitest.');

const playwrightSix = six.replace(forVitest, forVitest.replace('vitest', 'playwright'));

/** The six tests as a file for jest. */
const forJest = (imports: string): string =>
  six
    .replace(
      forVitest,
      `${imports}
import { useProvider } from 'ringback/jest';

const ours = useProvider();
const inTest = test;
const withOurs = (name: string, run: (given: { provider: MockProvider }) => Promise<void>): void =>
  inTest(name, () => run({ provider: ours }));`,
    )
    .replace(/^test\(/gm, 'withOurs(');
const jestSix = forJest("import { expect, test } from '@jest/globals';");
const globalJestSix = forJest('');

function tsconfig(resolution: Resolution, types: readonly string[], more: object = {}): string {
  return JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2024', 'esnext.disposable', 'dom'],
      module: resolution === 'bundler' ? 'esnext' : resolution,
      moduleResolution: resolution,
      types,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...more,
    },
    include: ['*.ts'],
  });
}

const compilerOf = (compiler: Compiler): Readonly<Record<string, string>> => ({
  [`typescript-${compiler}`]: `npm:typescript@${compilers[compiler]}`,
  '@types/node': '24',
});

/**
 * Passes when tsc finds no error in the project or in Ringback's declarations. Other packages have their own errors:
 * vitest 3.2 under TypeScript 7 declares a member twice.
 */
function withoutOthers(output: string): { passed: number; failed: number } {
  // Any other output at the beginning of a line is an error of tsc itself, not of types.
  const lines = output.split('\n').filter((line) => /^\S/.test(line));
  const ours = lines.filter((line) => !/^\S*node_modules\/(?!ringback\/)\S*: error TS/.test(line));
  return ours.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** tsc over some files, for each resolution and compiler; `short` names those of the short form, as `5.9 nodenext`. */
function typed(
  name: string,
  module: Module,
  files: Readonly<Record<string, string>>,
  types: readonly string[],
  short: readonly string[],
  packages: Readonly<Record<string, string>> = {},
): Check[] {
  return (Object.keys(compilers) as Compiler[]).flatMap((compiler) =>
    (['nodenext', 'node16', 'bundler'] as const).map(
      (resolution): Check => ({
        name: `${name}, types by TypeScript ${compiler} with ${resolution}`,
        short: short.includes(`${compiler} ${resolution}`),
        folder: `types-${name}-${module}-${compiler}-${resolution}`.replaceAll(/[ @/]/g, '-'),
        packages: { ...compilerOf(compiler), ...packages },
        files: { ...files, 'package.json': manifests[module], 'tsconfig.json': tsconfig(resolution, types) },
        commands: [[`node_modules/typescript-${compiler}/bin/tsc`, '-p', '.', '--pretty', 'false']],
        read: withoutOthers,
      }),
    ),
  );
}

const timeline =
  /What the mock provider did in this test:\n\s*docdigitizer\/rejected [\s\S]*?\+2s +#1 documentState 30/;

/** Six tests pass, and the seventh fails and shows what the provider did. */
function sixAndOne(summary: RegExp): (output: string) => { passed: number; failed: number } {
  return (output) => {
    const good = summary.test(output) && timeline.test(output);
    return good ? { passed: 7, failed: 0 } : { passed: 0, failed: 7 };
  };
}

function vitestProject(version: '3' | '4' | '5', short: readonly string[]): Project {
  return {
    name: `vitest ${version}`.replace(' ', '-'),
    short: short.length > 0,
    packages: { vitest: version === '3' ? '~3.2.0' : version },
    checks: [
      {
        name: 'tests',
        short: true,
        folder: 'esm',
        files: { 'package.json': manifests.esm, 'six.test.ts': six },
        commands: [['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--testTimeout=60000']],
        read: sixAndOne(/Tests +1 failed \| 6 passed/),
      },
      ...typed('ES modules', 'esm', { 'six.test.ts': six }, ['node'], short),
    ],
  };
}

function playwrightProject(version: string, short: boolean): Project {
  return {
    name: `playwright-${version}`,
    short,
    packages: { '@playwright/test': version === '1' ? '1' : `~${version}.0` },
    checks: (['esm', 'cjs'] as const).flatMap((module): Check[] => [
      {
        name: module === 'esm' ? 'ES modules' : 'CommonJS',
        short: module === 'cjs',
        folder: module,
        files: { 'package.json': manifests[module], 'six.spec.ts': playwrightSix },
        commands: [['node_modules/@playwright/test/cli.js', 'test', '--reporter=list']],
        read: sixAndOne(/1 failed\n[\s\S]*6 passed/),
      },
      ...typed(
        module,
        module,
        { 'six.spec.ts': playwrightSix },
        ['node'],
        module === 'esm' ? ['5.9 node16'] : [],
      ),
    ]),
  };
}

function jestProject(
  version: '29' | '30',
  short: { readonly runs: readonly string[]; readonly types: readonly string[] },
): Project {
  const jest = 'node_modules/jest/bin/jest.js';
  const read = sixAndOne(/Tests: +1 failed, 6 passed, 7 total/);
  const configured = (transform: object, extra: object = {}): string =>
    JSON.stringify({ transform, testTimeout: 60_000, ...extra });
  const check = (name: string, given: Omit<Check, 'name' | 'short' | 'read'>): Check => ({
    name,
    short: short.runs.includes(name),
    read,
    ...given,
  });
  const emitted = { noEmit: false, outDir: 'out', rootDir: '.', skipLibCheck: true };
  return {
    name: `jest-${version}`,
    short: short.runs.length > 0,
    packages: { jest: version },
    checks: [
      check('plain CommonJS', {
        folder: 'plain',
        packages: compilerOf('5.9'),
        files: {
          'package.json': manifests.cjs,
          'six.test.ts': jestSix,
          'tsconfig.json': tsconfig('nodenext', ['node'], emitted),
          'jest.config.json': configured({}, { roots: ['<rootDir>/out'] }),
        },
        commands: [['node_modules/typescript-5.9/bin/tsc', '-p', '.'], [jest]],
      }),
      check('ES modules', {
        folder: 'esm',
        packages: compilerOf('5.9'),
        files: {
          'package.json': manifests.esm,
          'six.test.ts': jestSix,
          'tsconfig.json': tsconfig('nodenext', ['node'], emitted),
          'jest.config.json': configured({}, { roots: ['<rootDir>/out'] }),
        },
        commands: [
          ['node_modules/typescript-5.9/bin/tsc', '-p', '.'],
          ['--experimental-vm-modules', '--no-warnings', jest],
        ],
      }),
      check('ts-jest', {
        folder: 'ts-jest',
        packages: { typescript: '~5.9.0', 'ts-jest': '29', '@types/node': '24' },
        files: {
          'package.json': manifests.cjs,
          'six.test.ts': jestSix,
          'tsconfig.json': JSON.stringify({
            compilerOptions: {
              target: 'es2022',
              lib: ['es2024', 'esnext.disposable', 'dom'],
              module: 'commonjs',
              moduleResolution: 'node10',
              esModuleInterop: true,
              types: ['node'],
              strict: true,
            },
          }),
          'jest.config.json': configured({ '^.+\\.ts$': 'ts-jest' }),
        },
        commands: [[jest]],
      }),
      check('babel-jest', {
        folder: 'babel',
        packages: { '@babel/core': '7', '@babel/preset-env': '7', '@babel/preset-typescript': '7' },
        files: {
          'package.json': manifests.cjs,
          'six.test.ts': jestSix,
          'babel.config.json': JSON.stringify({
            presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'],
          }),
          'jest.config.json': '{ "testTimeout": 60000 }',
        },
        commands: [[jest]],
      }),
      ...typed('CommonJS', 'cjs', { 'six.test.ts': jestSix }, ['node'], short.types),
      ...typed('ES modules', 'esm', { 'six.test.ts': jestSix }, ['node'], []),
      ...typed('@types-jest', 'cjs', { 'six.test.ts': globalJestSix }, ['node', 'jest'], short.types, {
        '@types/jest': version,
      }),
    ],
  };
}

const tap =
  (tests: number) =>
  (output: string): { passed: number; failed: number } =>
    output.includes(`# pass ${tests}\n`) && output.includes('# fail 0\n')
      ? { passed: tests, failed: 0 }
      : { passed: 0, failed: tests };

function nodeTest(module: Module): Check {
  return {
    name: module === 'esm' ? 'ES modules' : 'CommonJS',
    short: module === 'cjs',
    folder: module,
    packages: compilerOf('5.9'),
    files: {
      'package.json': manifests[module],
      'tsconfig.json': tsconfig('nodenext', ['node'], { noEmit: false, outDir: 'out', rootDir: '.' }),
    },
    samples: { 'six.test.ts': 'node-test.sample.ts' },
    commands: [
      ['node_modules/typescript-5.9/bin/tsc', '-p', '.'],
      ['--test', '--test-reporter=tap', 'out/six.test.js'],
    ],
    read: tap(6),
  };
}

const nodeTestSix = readFileSync(join(packageRoot, 'test', 'matrix', 'node-test.sample.ts'), 'utf8');

/** Ringback beside other packages: a file of `test/matrix` and how many tests it has. */
const beside = (
  name: string,
  short: boolean,
  packages: Readonly<Record<string, string>>,
  sample: string,
  tests: number,
): Project => ({
  name,
  short,
  packages,
  checks: [
    {
      name: 'tests',
      short: true,
      files: {},
      samples: { 'beside.test.mjs': sample },
      commands: [['--test', '--test-reporter=tap', 'beside.test.mjs']],
      read: tap(tests),
    },
  ],
});

export const projects: readonly Project[] = [
  jestProject('29', {
    runs: ['plain CommonJS', 'ES modules', 'ts-jest', 'babel-jest'],
    types: ['5.9 node16'],
  }),
  vitestProject('3', ['5.8 bundler']),
  vitestProject('4', ['5.9 node16']),
  jestProject('30', { runs: ['plain CommonJS', 'ES modules'], types: ['7 nodenext'] }),
  beside(
    'unfit-packages',
    true,
    { nock: '13', 'openapi-typescript': '6', typescript: '~5.9.0', 'json-server': '1.0.0-beta.3' },
    'unfit-packages.sample.mjs',
    3,
  ),
  beside('nock-14', true, { nock: '14' }, 'nock.sample.mjs', 3),
  beside('msw-3', true, { msw: '3' }, 'msw.sample.mjs', 3),
  playwrightProject('1', true),
  vitestProject('5', []),
  {
    name: 'node-test',
    short: false,
    packages: {},
    checks: [
      nodeTest('esm'),
      nodeTest('cjs'),
      ...typed('CommonJS', 'cjs', { 'six.test.ts': nodeTestSix }, ['node'], []),
      ...typed('ES modules', 'esm', { 'six.test.ts': nodeTestSix }, ['node'], []),
    ],
  },
  beside('nock-15', false, { nock: '15' }, 'nock.sample.mjs', 3),
  playwrightProject('1.50', false),
  beside('msw-2', false, { msw: '2' }, 'msw.sample.mjs', 3),
  beside(
    'fit-packages',
    false,
    { 'openapi-typescript': '7', typescript: '~5.9.0', 'json-server': '0.17' },
    'fit-packages.sample.mjs',
    2,
  ),
];
