import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeAfterwards } from '../support/closing.ts';
import { buildPackage, type SampleProject, sampleProject } from './support/packed.ts';

let built: Awaited<ReturnType<typeof buildPackage>> | undefined;
beforeAll(async () => {
  built = await buildPackage();
});
afterAll(() => built?.remove());

async function project(runner: string): Promise<SampleProject> {
  if (built === undefined) throw new Error('The package was not built.');
  const made = await sampleProject(built);
  closeAfterwards(() => made.remove());
  await made.add('forgetful-consumer.sample.ts', 'forgetful-consumer.ts');
  await made.add(`described-consumer-${runner}.sample.ts`, 'sample.test.ts');
  return made;
}

/** What every runner prints of the rule that fails. */
const failure = [
  'FAILED  sequential-duplicate: A callback that comes twice takes effect once',
  '+   "bookings": 4,',
  'Remedy: Store the identity of what happened',
];

describe('describeConsumer makes a test for each rule', { timeout: 90_000 }, () => {
  it('in vitest', async () => {
    const made = await project('vitest');
    const { code, output } = await made.node(['node_modules/vitest/vitest.mjs', 'run', '--reporter=verbose']);
    expect(output).toMatch(/Tests +1 failed \| 1 passed \| 1 skipped/);
    expect(output).toMatch(
      /the consumer > concurrent-duplicate .*it includes what sequential-duplicate does, which fails already/,
    );
    for (const line of failure) expect(output).toContain(line);
    expect(code).toBe(1);
  });

  it('in jest', async () => {
    const made = await project('jest');
    await made.node([
      'node_modules/typescript/bin/tsc',
      ...'--module nodenext --target es2024 --types node --skipLibCheck --rewriteRelativeImportExtensions'.split(
        ' ',
      ),
      'sample.test.ts',
    ]);
    await made.write('jest.config.json', '{ "testMatch": ["<rootDir>/*.test.js"], "transform": {} }');
    const { code, output } = await made.node([
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--colors=false',
    ]);
    expect(output).toMatch(/Tests: +1 failed, 1 skipped, 1 passed, 3 total/);
    expect(output).toContain(
      'Rules that were not judged:\n  concurrent-duplicate: not observed: final-at-once/annotated: it includes what sequential-duplicate does',
    );
    for (const line of failure) expect(output).toContain(line);
    expect(code).toBe(1);
  });

  it('in node:test', async () => {
    const made = await project('node-test');
    const { code, output } = await made.node(['--test', '--test-reporter=spec', 'sample.test.ts']);
    expect(output).toMatch(/pass 1\n/);
    expect(output).toMatch(/fail 1\n/);
    expect(output).toMatch(/skipped 1\n/);
    expect(output).toMatch(
      /concurrent-duplicate .*# not observed: .*it includes what sequential-duplicate does/,
    );
    for (const line of failure) expect(output).toContain(line);
    expect(code).toBe(1);
  });
});
