import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { closeAfterwards } from '../support/closing.ts';
import { buildPackage, type SampleProject, sampleProject } from './support/packed.ts';

let built: Awaited<ReturnType<typeof buildPackage>> | undefined;
beforeAll(async () => {
  built = await buildPackage();
});
afterAll(() => built?.remove());

/** A project with samples in JavaScript, which every runner reads, and a certificate for a consumer. */
async function project(samples: Readonly<Record<string, string>>): Promise<SampleProject> {
  if (built === undefined) throw new Error('The package was not built.');
  const made = await sampleProject(built);
  closeAfterwards(() => made.remove());
  const { key, cert } = selfSignedCertificate(['localhost']);
  await made.write('key.pem', key);
  await made.write('cert.pem', cert);
  for (const [sample, name] of Object.entries({ 'consumer.sample.ts': 'consumer.js', ...samples })) {
    const text = await readFile(join(import.meta.dirname, 'samples', sample), 'utf8');
    await made.write(name, stripTypeScriptTypes(text).replaceAll(/'(\.\/\w+)\.ts'/g, "'$1.js'"));
  }
  return made;
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'];
const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '--colors=false',
];
const everyTimer =
  "['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'performance', 'hrtime', 'queueMicrotask']";

const inVitest = `
  import { vi } from 'vitest';
  export { afterEach, expect, test } from 'vitest';
  export const realTimers = () => vi.useRealTimers();
  export const fakes = {
    default: () => vi.useFakeTimers(),
    every: () => vi.useFakeTimers({ toFake: ${everyTimer} }),
  };
`;
const inJest = `
  import { jest } from '@jest/globals';
  export { afterEach, expect, test } from '@jest/globals';
  export const realTimers = () => jest.useRealTimers();
  export const fakes = {
    default: () => jest.useFakeTimers(),
    every: () => jest.useFakeTimers({ legacyFakeTimers: true }),
  };
`;

describe('the kit under fake timers', { timeout: 120_000 }, () => {
  it('the kit plays every callback in vitest, whenever timers are faked', async () => {
    const made = await project({ 'fake-timers.sample.ts': 'sample.test.js' });
    await made.write('runner.js', inVitest);
    const { code, output } = await made.node(vitest);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('9 passed') });
  });

  it('the kit plays every callback in vitest when timers were faked before the first import', async () => {
    const made = await project({ 'fake-timers.sample.ts': 'sample.test.js' });
    await made.write('runner.js', inVitest);
    await made.write('setup.js', `import { vi } from 'vitest'; vi.useFakeTimers({ toFake: ${everyTimer} });`);
    await made.write('vitest.config.js', 'export default { test: { setupFiles: ["./setup.js"] } };');
    const { code, output } = await made.node(vitest);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('9 passed') });
  });

  it('the kit plays every callback in jest, whenever timers are faked', async () => {
    const made = await project({ 'fake-timers.sample.ts': 'sample.test.js' });
    await made.write('runner.js', inJest);
    await made.write('jest.config.json', '{ "testMatch": ["<rootDir>/*.test.js"], "transform": {} }');
    const { code, output } = await made.node(jest);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests: +9 passed/) });
  });

  it('the kit plays every callback in jest when its configuration fakes timers', async () => {
    const made = await project({ 'fake-timers.sample.ts': 'sample.test.js' });
    await made.write('runner.js', inJest);
    await made.write(
      'jest.config.json',
      '{ "testMatch": ["<rootDir>/*.test.js"], "transform": {}, "fakeTimers": { "enableGlobally": true } }',
    );
    const { code, output } = await made.node(jest);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests: +9 passed/) });
  });
});
