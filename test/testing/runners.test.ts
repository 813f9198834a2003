import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRunner } from '../../src/testing/runners/check-runner.ts';
import { currentProvider, ProviderPerTest } from '../../src/testing/runners/provider-per-test.ts';
import { closeAfterwards } from '../support/closing.ts';
import { buildPackage, type SampleProject, sampleProject } from './support/packed.ts';

let built: Awaited<ReturnType<typeof buildPackage>> | undefined;
beforeAll(async () => {
  built = await buildPackage();
});
afterAll(() => built?.remove());

async function project(without: readonly string[] = []): Promise<SampleProject> {
  if (built === undefined) throw new Error('The package was not built.');
  const made = await sampleProject(built, without);
  closeAfterwards(() => made.remove());
  await made.add('submit.sample.ts', 'submit.ts');
  return made;
}

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    allowImportingTsExtensions: true,
  },
  include: ['*.ts'],
});

/** Type-checks the project, including the package's own declarations. */
async function typeErrors(made: SampleProject): Promise<string> {
  await made.write('tsconfig.json', tsconfig);
  const { output } = await made.node(['node_modules/typescript/bin/tsc', '-p', '.']);
  // Errors in declarations of other packages do not count.
  const own = output
    .split('\n')
    .filter((line) => /error/.test(line) && !/^(\.\.\/)*node_modules\/(?!ringback)/.test(line));
  return own.filter((line) => !/^\.\..*\/node_modules\//.test(line)).join('\n');
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'];
const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '--colors=false',
];

describe('the vitest fixture', { timeout: 90_000 }, () => {
  it('the vitest fixture gives each test a fresh space, and shows what the provider did in a failed test', async () => {
    const made = await project();
    await made.add('vitest.sample.ts', 'sample.test.ts');
    await made.write(
      'vitest.config.js',
      'export default { test: { reporters: [["json", { outputFile: "report.json" }], "default"] } };',
    );
    const { code, output } = await made.node(vitest.slice(0, 2));
    expect(output).toMatch(/2 failed \| 3 passed \| 1 skipped/);
    expect(code).toBe(1);
    expect(output).toContain('Error: Expected all 2 deliveries to be acknowledged, but 2 failed.');
    expect(output).toMatch(/\+0s +#1 documentState 30 RECEIVEDMACHINELEARN GET → 503, failed/);
    const [, itself = ''] = output.split('FAIL  sample.test.ts > fails by itself');
    expect(itself).toContain('expected 1 to be 2');
    expect(itself).toContain(
      'What the mock provider did in this test:\ndocdigitizer/rejected (submitDocument, playing; The file name "invoice.rejected.pdf" has the part "rejected")',
    );
    expect(itself).toMatch(
      /\+2s +#1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered\n +\+10s +to come: documentState/,
    );
    // A matcher's message already has the timeline.
    expect(output.match(/What the mock provider did/g)).toHaveLength(1);
    const report = await made.node([
      '-p',
      'JSON.stringify(JSON.parse(fs.readFileSync("report.json")).testResults[0].assertionResults.map(({ title, meta }) => [title, meta.ringback !== undefined]))',
    ]);
    expect(Object.fromEntries(JSON.parse(report.output))).toMatchObject({
      'fails by a matcher': true,
      'fails by itself': true,
      'passes with a fresh space': false,
    });
  });

  it('the vitest fixture runs a hundred tests with hours of retries without a real sleep', async () => {
    const made = await project();
    for (let i = 0; i < 10; i++) await made.add('outage.sample.ts', `outage-${i}.test.ts`);
    const start = performance.now();
    const { code, output } = await made.node(vitest);
    const seconds = (performance.now() - start) / 1_000;
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('100 passed') });
    // The figure is for the record; the bound only detects a real sleep, on any machine.
    process.stdout.write(`100 tests in 10 files: ${seconds.toFixed(1)} s\n`);
    expect(seconds).toBeLessThan(60);
  });

  it('the vitest fixture has types without jest installed', async () => {
    const made = await project(['jest', 'expect', '@jest']);
    await made.write(
      'wrong.ts',
      "import { test } from 'ringback/vitest';\ntest('x', ({ provder }) => provder);\n",
    );
    expect(await typeErrors(made)).toMatch(/^wrong\.ts\(2,.*'provder'/);
    await made.write('wrong.ts', '');
    await made.add('vitest.sample.ts', 'sample.test.ts');
    expect(await typeErrors(made)).toBe('');
  });
});

describe('the jest helper', { timeout: 90_000 }, () => {
  it('the jest helper gives each test a fresh space', async () => {
    const made = await project();
    await made.add('jest.sample.ts', 'sample.test.ts');
    // Jest does not read TypeScript: this does what a consumer's transformer does.
    await made.write(
      'tsconfig.json',
      JSON.stringify({
        ...JSON.parse(tsconfig),
        compilerOptions: {
          ...JSON.parse(tsconfig).compilerOptions,
          noEmit: false,
          skipLibCheck: true,
          rewriteRelativeImportExtensions: true,
        },
      }),
    );
    await made.node(['node_modules/typescript/bin/tsc', '-p', '.']);
    await made.write('jest.config.json', '{ "testMatch": ["<rootDir>/*.test.js"], "transform": {} }');
    const { code, output } = await made.node(jest);
    expect(output).toMatch(/Tests: +1 failed, 1 skipped, 3 passed, 5 total/);
    expect(code).toBe(1);
    expect(output).toContain('Expected all 2 deliveries to be acknowledged, but 2 failed.');
    expect(output).toMatch(/\+8s +#2 documentState 92 REJECTED GET → 503, failed/);
  });

  it('the jest helper has types without vitest installed', async () => {
    const made = await project(['vitest', '@vitest']);
    await made.add('jest.sample.ts', 'sample.test.ts');
    expect(await typeErrors(made)).toBe('');
  });
});

describe('the Playwright fixture', { timeout: 90_000 }, () => {
  const playwright = ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list'];

  it.each(['module', 'commonjs'])(
    'the Playwright fixture gives each test a fresh space, and shows what the provider did in a failed test of type %s',
    async (type) => {
      const made = await project();
      await made.write('package.json', JSON.stringify({ private: true, type }));
      await made.add('playwright.sample.ts', 'sample.spec.ts');
      const { code, output } = await made.node(playwright);
      expect(output).toMatch(/2 failed\n[\s\S]*1 skipped\n +3 passed/);
      expect(code).toBe(1);
      expect(output).toContain('Expected all 2 deliveries to be acknowledged, but 2 failed.');
      const [, itself = ''] = output.split(/^ +2\) sample\.spec\.ts:\d+:\d+ › fails by itself/m);
      expect(itself).toMatch(
        /mock provider \(text\/plain\)[\s\S]*What the mock provider did in this test:\n[\s\S]*\+2s +#1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered\n +\+10s +to come: documentState/,
      );
    },
  );

  it('the Playwright fixture has types without vitest and jest installed', async () => {
    const made = await project(['vitest', '@vitest', 'jest', 'expect', '@jest']);
    await made.add('playwright.sample.ts', 'sample.spec.ts');
    expect(await typeErrors(made)).toBe('');
  });
});

describe('the node:test helpers', { timeout: 90_000 }, () => {
  it('the node:test helpers give tests a provider, and show what it did in a failed test', async () => {
    const made = await project();
    await made.add('node-test.sample.ts', 'own.test.ts');
    await made.add('node-test-file.sample.ts', 'shared.test.ts');
    const own = await made.node(['--test', '--test-reporter=spec', 'own.test.ts']);
    expect(own.output).toMatch(/pass 3\n.*fail 1\n/);
    expect(own.output).toContain('✖ fails with a provider of its own');
    expect(own.output).toMatch(/What the mock provider did in this test:\ndocdigitizer\/rejected/);
    const shared = await made.node(['--test', '--test-reporter=spec', 'shared.test.ts']);
    expect(shared.output).toMatch(/pass 1\n.*fail 1\n/);
    expect(shared.output).toMatch(
      / {2}\+2s +#1 documentState 30 RECEIVEDMACHINELEARN GET → 503, failed\n {2}\+10s +to come/,
    );
    expect(shared.output).toContain('Expected the delivery to have been delivered, but it failed.');
  });

  it('the node:test helpers have types without vitest and jest installed', async () => {
    const made = await project(['vitest', '@vitest', 'jest', 'expect', '@jest']);
    await made.add('node-test.sample.ts', 'own.test.ts');
    expect(await typeErrors(made)).toBe('');
  });
});

describe('what an import loads', () => {
  const trace = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const start = performance.now();
    const entry = await import(process.argv[2]);
    const ms = performance.now() - start;
    await eval(process.argv[3] ?? '')?.(entry);
    process.stdout.write(JSON.stringify({ loaded, ms, names: Object.keys(entry) }));
  `;
  const serverParts =
    /\/dist\/(server|sender|store|files|cli)\/|\/node_modules\/(busboy|find-my-way|yaml)\/|^node:(http|https|tls|zlib)$/;

  async function traced(entry: string, use = ''): Promise<{ loaded: string[]; names: string[] }> {
    const made = await project();
    await made.write('trace.mjs', trace);
    const { output } = await made.node(['trace.mjs', entry, use]);
    return JSON.parse(output);
  }

  it.each(['ringback', 'ringback/matchers', 'ringback/types'])(
    'importing %s loads no server',
    async (entry) => {
      const { loaded } = await traced(entry);
      expect(loaded.length).toBeGreaterThan(0);
      expect(loaded.filter((url) => serverParts.test(url))).toEqual([]);
    },
  );

  it('starting a server loads it', async () => {
    const { loaded, names } = await traced(
      'ringback',
      'async ({ startProvider }) => (await startProvider()).close()',
    );
    expect(names).toContain('startProvider');
    expect(loaded.filter((url) => serverParts.test(url)).length).toBeGreaterThan(20);
  });

  it('the contract and its schemas are importable as files of the package', async () => {
    const made = await project();
    await made.write(
      'files.mjs',
      `
      import schema from 'ringback/schemas/callbacks/extractions.strict.schema.json' with { type: 'json' };
      import { readFileSync } from 'node:fs';
      const contract = readFileSync(new URL(import.meta.resolve('ringback/openapi.yaml')), 'utf8');
      process.stdout.write(schema.$schema + ' ' + contract.slice(0, 12));
    `,
    );
    expect((await made.node(['files.mjs'])).output).toBe(
      'https://json-schema.org/draft/2020-12/schema openapi: 3.1',
    );
  });
});

describe('checkRunner', () => {
  it('checkRunner says which version is needed, and what to do', () => {
    expect(() => checkRunner('vitest', '3.2', '3.1.9')).toThrow(
      'it needs vitest 3.2 or newer, and vitest 3.1.9 is installed. Run npm install --save-dev vitest@latest',
    );
    expect(() => checkRunner('jest', '29', '28.7.0')).toThrow(
      expect.objectContaining({ code: 'runner.unusable' }),
    );
    expect(() => checkRunner('vitest', '5', '5.0.0-beta.1')).not.toThrow();
    expect(() => checkRunner('vitest', '3.2', '10.0.0')).not.toThrow();
    expect(() => checkRunner('vitest', '3.2', '3.10.0')).not.toThrow();
    expect(() => checkRunner('vitest', '3.2')).not.toThrow();
    expect(() => checkRunner('vitest', '99')).toThrow('it needs vitest 99 or newer');
    expect(() => checkRunner('no-such-runner', '1')).not.toThrow();
  });
});

describe('the provider of the current test', () => {
  it('the provider outside of a test is refused with its name', async () => {
    const provider = currentProvider(() => undefined);
    expect(() => provider.urls).toThrow('Could not use provider.urls: no test is running.');
    expect(await provider).toBe(provider);
  });

  it('the provider of the current test has no named space', () => {
    expect(() => new ProviderPerTest({ space: 'mine' })).toThrow('there is no option "space"');
  });

  it('the provider of the current test has its own space in a running server', async () => {
    const owner = new ProviderPerTest({});
    closeAfterwards(() => owner.stop());
    const { urls } = (await owner.open()).space('default');
    const attached = new ProviderPerTest({ url: urls.base });
    const [one, two] = [await attached.open(), await attached.open()];
    expect(one.spaceName).toMatch(/^test-[0-9a-f-]{36}$/);
    expect(two.spaceName).not.toBe(one.spaceName);
    await attached.stop();
    await expect(one.runs()).resolves.toEqual([]);
  });
});
