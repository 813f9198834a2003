import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from '../../src/cli/read-options.ts';
import { testSecret } from '../../src/core/signing/secret.ts';
import { signatureFaults } from '../../src/core/signing/signature-faults.ts';
import { startProvider } from '../../src/index.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { matchers } from '../../src/testing/matchers.ts';
import { assert } from '../../src/testing/node-test.ts';
import { scenarioSchema, settingsTable } from '../support/bundled.ts';
import { codeBlocks, pages, read, root } from './markdown.ts';
import { pagesWithTests, runnablePages } from './runnable.ts';
import { type Kept, tables, texts } from './tables.ts';

interface Table {
  readonly head: string;
  readonly rows: readonly (readonly string[])[];
}

/** Pages that a program writes say so above their title. Decisions record what was true. */
const byHand = pages().filter(
  (page) =>
    !page.startsWith('docs/decisions/') && !/^(<!-- (Made from|Written by)|Made by)/m.test(read(page)),
);

function tablesOf(page: string): readonly Table[] {
  const text = read(page).replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^(\|.*\|)\n\|(?: ?:?-+:? ?\|)+\n((?:\|.*\|\n?)*)/gm)].map(
    ([, head = '', rows = '']) => ({
      head,
      rows: rows.trimEnd().split('\n').map(cells),
    }),
  );
}

function cells(row: string): readonly string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** The rows of one table, by the beginning of its first line. */
function rowsOf(page: string, head: string): Table['rows'] {
  const [table, ...others] = tablesOf(page).filter((each) => each.head === head);
  if (table === undefined || others.length > 0) throw new Error(`${page} has not one table "${head}".`);
  return table.rows;
}

/** The names in back-quotes of a column, up to what `end` matches. */
function names(rows: Table['rows'], column = 0): readonly string[] {
  return rows.flatMap((row) => [...(row[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

const found = Object.fromEntries(
  byHand
    .map((page) => [page, tablesOf(page).map(({ head }) => head)] as const)
    .filter(([, of]) => of.length > 0),
);

test(`each of the ${Object.values(found).flat().length} tables that people write has what keeps it true`, () => {
  const listed = Object.fromEntries(Object.entries(tables).map(([page, of]) => [page, Object.keys(of)]));
  expect(found).toEqual(listed);
});

test('each text block of a page that people write has what keeps it true', () => {
  const run = [...pagesWithTests, ...runnablePages];
  const withText = byHand.filter(
    (page) => !run.includes(page) && codeBlocks(page).some(({ language }) => language === 'text'),
  );
  expect(withText.toSorted()).toEqual(Object.keys(texts).toSorted());
});

test('what keeps a table or a text true exists, and a test that reads a page names it', () => {
  const all: readonly (readonly [string, Kept])[] = [
    ...Object.entries(tables).flatMap(([page, of]) => Object.values(of).map((kept) => [page, kept] as const)),
    ...Object.entries(texts),
  ];
  const wrong = all.flatMap(([page, kept]) => {
    if ('prose' in kept) return [];
    const file = 'read' in kept ? kept.read : kept.shown;
    if (!existsSync(join(root, file))) return [`${file} does not exist`];
    const readsAll = file === 'test/docs/pages.test.ts';
    return 'read' in kept && !readsAll && !read(file).includes(page) ? [`${file} does not read ${page}`] : [];
  });
  expect(wrong).toEqual([]);
});

test('docs/http-api.md lists every operation of the control API, and the base URLs of the providers', async () => {
  const page = 'docs/http-api.md';
  const control = await loadBundledContract('openapi.control.yaml');
  const listed = names(rowsOf(page, '| | |'));
  const missing = control.operations
    .map(({ method, path }) => `${method} ${path}`)
    .filter((operation) => !listed.includes(operation) && !operation.includes('/inbox/'));
  expect(missing).toEqual([]);
  await using provider = await startProvider();
  const at = (url: string): string => url.replace(/^http:\/\/127\.0\.0\.1:\d+/, '');
  const paths = names(rowsOf(page, '| path | what is there | described in |'));
  expect(paths.slice(0, 3)).toEqual([
    `${at(provider.urls.docdigitizer).replace(/^\/@[^/]+/, '')}/…`,
    `${at(provider.urls.informed).replace(/^\/@[^/]+/, '')}/…`,
    '/_ringback/…',
  ]);
  const rows = rowsOf(page, '| provider | real base URL | mock | credentials |');
  for (const [, real = '', mock = ''] of rows) {
    expect(read('openapi.yaml')).toContain(`Replace ${real} by ${mock}`);
    expect(mock).toMatch(/^`http:\/\/localhost:4020\/(docdigitizer|informed)`$/);
  }
});

test('docs/dashboard.md names buttons as the dashboard does', () => {
  const source = readdirSync(join(root, 'ui'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => read(`ui/${file}`))
    .join('\n');
  const buttons = rowsOf('docs/dashboard.md', '| button | what it does |').flatMap(([names = '']) =>
    names.split(', '),
  );
  expect(buttons.length).toBeGreaterThan(6);
  expect(buttons.filter((name) => !source.includes(name))).toEqual([]);
});

test('docs/scenarios.md lists every condition of `on`', () => {
  const schema = JSON.stringify(scenarioSchema);
  const rows = names(rowsOf('docs/scenarios.md', '| `on` | matches |')).filter((name) => /^\w+$/.test(name));
  for (const name of ['callback', 'payload', 'state', 'event_type', 'nth', 'attempt']) {
    expect(rows).toContain(name);
    expect(schema).toContain(`"${name}":`);
  }
});

test('docs/signatures.md lists every scheme, fault and header, with settings that are valid', () => {
  const page = 'docs/signatures.md';
  const schemes = settingsTable['signing.scheme'].type as readonly string[];
  expect(names(rowsOf(page, '| `signing.scheme` | headers | what is signed |'))).toEqual(
    schemes.filter((scheme) => scheme !== 'none'),
  );
  expect(names(rowsOf(page, '| `signature` | what is sent |'))).toEqual(Object.keys(signatureFaults));
  const source = read('src/core/signing/declared-signatures.ts');
  const known = [...source.matchAll(/^ {2}\['([\w-]+)', \{/gm)].map(([, name]) => name);
  const headers = names(rowsOf(page, '| header | scheme |'));
  expect(known.length).toBeGreaterThan(8);
  expect(known.filter((name) => !headers.includes(name ?? ''))).toEqual([]);
  for (const [provider, settings = ''] of rowsOf(page, '| provider | settings |')) {
    const args = [...settings.matchAll(/`([^`]+)`/g)].flatMap(([, setting = '']) => ['--set', setting]);
    const { options } = readOptions('serve', args, {});
    expect(Object.keys(options.set), provider).toHaveLength(args.length / 2);
    for (const name of Object.keys(options.set)) expect(Object.keys(settingsTable)).toContain(name);
  }
  expect(read(page)).toContain(`  signing       ${testSecret}  a test secret; set yours: signing.secrets`);
});

test('docs/other-languages.md names files of the package', () => {
  const { files } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
  const listed = names(rowsOf('docs/other-languages.md', '| file | use it for |'));
  const paths = listed.filter((name) => /\.(json|yaml)$|\/$/.test(name));
  for (const name of paths) {
    const path = existsSync(join(root, name)) ? name : `schemas/bundled/${name}`;
    expect(existsSync(join(root, path)), name).toBe(true);
    expect(files, name).toContain(path.split('/')[0]);
  }
  expect(paths.length).toBeGreaterThan(8);
});

test('docs/testing.md names members of the test kit, and each matcher', async () => {
  const page = 'docs/testing.md';
  await using provider = await startProvider();
  const parts: readonly object[] = [provider, provider.urls, provider.inbox()];
  const members = names(rowsOf(page, '| to | use |'), 1)
    .map((name) => /^(?:urls\.)?(\w+)/.exec(name)?.[1] ?? '')
    .filter((name) => name !== 'await');
  // A missing member of `urls` throws an error of its own.
  const isMember = (name: string): boolean => parts.some((part) => name in part);
  expect(members.filter((name) => !isMember(name))).toEqual([]);
  expect(members.length).toBeGreaterThan(20);
  const head = '| `expect(…)` | `assert.…` of `ringback/node-test` | accepts | passes when |';
  const rows = rowsOf(page, head);
  const named = names(rows).map((name) => /^\.(\w+)/.exec(name)?.[1]);
  expect(named.filter((name) => name !== 'toHaveNoViolations').sort()).toEqual(
    Object.keys(matchers)
      .filter((name) => name !== 'toHaveNoViolations')
      .sort(),
  );
  expect(names(rows, 1).toSorted()).toEqual(
    Object.keys(assert)
      .filter((name) => name !== 'not' && names(rows, 1).includes(name))
      .sort(),
  );
});

test('docs/observability.md names every metric', async () => {
  const page = 'docs/observability.md';
  await using provider = await startProvider();
  const text = await (await fetch(`${provider.urls.control}/metrics`)).text();
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (ringback_\w+) (\w+)$/gm)].map(([, name, kind]) => [name, kind]),
  );
  const listed = [
    ...names(rowsOf(page, '| metric | labels | what it counts |')),
    ...names(rowsOf(page, '| metric | what it measures |')),
  ];
  const shown = [...kinds].filter(([, kind]) => kind !== 'gauge').map(([name]) => name);
  expect(listed.toSorted()).toEqual(shown.toSorted());
  const unnamed = [...kinds.keys()].filter(
    (name) => !read(page).includes(name ?? '') && !/_uploads?_|_bytes$/.test(name ?? ''),
  );
  expect(unnamed).toEqual([]);
});
