import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ruleIds } from '../../src/check/rule-ids.ts';
import { type CommandName, commands } from '../../src/cli/options.ts';
import { readOptions } from '../../src/cli/read-options.ts';
import { isRingbackError } from '../../src/core/errors.ts';
import type { SettingName } from '../../src/core/settings.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { callbacksPage } from '../../tools/docs/callbacks-page.ts';
import { checkPage, rulePages } from '../../tools/docs/check-page.ts';
import { cliPage } from '../../tools/docs/cli-page.ts';
import { configurationPage } from '../../tools/docs/configuration-page.ts';
import { errorsPage } from '../../tools/docs/errors-page.ts';
import { settingsPage } from '../../tools/docs/settings-page.ts';
import { timelinePicture } from '../../tools/docs/timeline-picture.ts';
import { settingsTable } from '../support/bundled.ts';
import { inlineCode, links, pages, prose, read, root } from './markdown.ts';

const all = pages();

describe('the generated pages are up to date with their sources', () => {
  test.each([
    ['docs/callbacks.md', callbacksPage],
    ['docs/check.md', checkPage],
    ['docs/cli.md', cliPage],
    ['docs/configuration.md', configurationPage],
    ['docs/errors.md', errorsPage],
    ['docs/settings.md', settingsPage],
  ])('%s', (file, page) => {
    expect(read(file), 'run "npm run generate"').toBe(page());
  });
});

test('the picture of the README shows what the provider does', { timeout: 120_000 }, async () => {
  expect(read('docs/timeline.svg'), 'run "npm run generate"').toBe(await timelinePicture());
});

test('each rule of the check has a page of its own, up to date, and there is no other', () => {
  const made = rulePages();
  expect(Object.keys(made).sort()).toEqual(ruleIds.map((id) => `${id}.md`).sort());
  expect(readdirSync(join(root, 'docs/rules')).sort()).toEqual(Object.keys(made).sort());
  for (const [name, page] of Object.entries(made))
    expect(read(`docs/rules/${name}`), 'run "npm run generate"').toBe(page);
});

const linked = all.flatMap((file) => links(read(file)).map((target) => ({ file, target })));

test(`the ${linked.length} links between the pages have targets`, () => {
  const dead = linked.filter(({ file, target }) => {
    const [path = '', anchor] = target.split('#');
    const page = path === '' ? file : relative(root, resolve(root, dirname(file), path));
    if (!existsSync(join(root, page))) return true;
    return anchor !== undefined && !anchors(page).includes(anchor);
  });
  expect(dead).toEqual([]);
  expect(linked.length).toBeGreaterThan(20);
});

const invocations = all.flatMap((file) =>
  inlineCode(file)
    .map((text) => /^(?:npx )?ringback (.+)$/.exec(text)?.[1])
    .filter((text) => text !== undefined)
    .map((text) => ({ file, text })),
);

test(`the ${invocations.length} commands that the pages name are valid`, () => {
  const wrong = invocations.flatMap(({ file, text }) => {
    const words = text.split(' ').filter((word) => !/^<.*>|^\[.*\]$/.test(word));
    if (words.length === 0 || words[0] === '--help') return [];
    const named = [words.slice(0, 2).join(' '), words[0] ?? ''];
    const command = named.find((name): name is CommandName => Object.hasOwn(commands, name));
    if (command === undefined) return [`${file}: there is no command "${words[0]}"`];
    const args = words.slice(command.split(' ').length);
    try {
      readOptions(
        command,
        args.filter((arg) => arg !== '--help'),
        {},
      );
      return [];
    } catch (error) {
      if (!isRingbackError(error)) throw error;
      return [`${file}: ringback ${text}: ${error.message}`];
    }
  });
  expect(wrong).toEqual([]);
  expect(invocations.length).toBeGreaterThan(3);
});

test('every option that a page names is one of ringback or npm', () => {
  const known = new Set(read('docs/cli.md').match(/(?<=`)--[a-z-]+/g));
  // The steps of the full run are commands of the project.
  const pages = all.filter((file) => file !== 'docs/full-run.md');
  const named = pages.flatMap((file) =>
    inlineCode(file).flatMap((text) =>
      (text.match(/(?<=^|\s)--[a-z][a-z-]*/g) ?? []).map((option) => ({ file, option })),
    ),
  );
  const others = ['--help', '--prefix'];
  expect(named.filter(({ option }) => !known.has(option) && !others.includes(option))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test('every setting and callback type that a page names exists', async () => {
  const { callbacks } = await loadBundledContract();
  const named = all.flatMap((file) =>
    inlineCode(file).flatMap((text) =>
      (text.match(/\b(?:docdigitizer|informed|limits)\.[A-Za-z0-9.]+/g) ?? []).map((name) => ({
        file,
        name,
      })),
    ),
  );
  const isKnown = (name: string): boolean =>
    Object.hasOwn(settingsTable, name as SettingName) || callbacks.has(name) || /\.(com|ts)$/.test(name);
  expect(named.filter(({ name }) => !isKnown(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});

test('every path of an API that a page names is an operation', async () => {
  const contracts = [await loadBundledContract(), await loadBundledContract('openapi.control.yaml')];
  const operations = contracts.flatMap((contract) => contract.operations);
  const named = all.flatMap((file) =>
    inlineCode(file).flatMap((text) => {
      const match = /^(GET|POST|PUT|PATCH|DELETE) (\/\S+)$/.exec(text);
      return match === null ? [] : [{ file, method: match[1] ?? '', path: match[2] ?? '' }];
    }),
  );
  const exists = (method: string, path: string): boolean =>
    operations.some((operation) => operation.method === method && operation.path === path);
  expect(named.filter(({ method, path }) => !exists(method, path))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

/** The anchors that GitHub generates for the headings of a page. */
function anchors(file: string): readonly string[] {
  if (!file.endsWith('.md')) return [];
  return [...prose(file).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
