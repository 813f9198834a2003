import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { SettingName } from '../../src/core/settings.ts';
import { mockChoices, type Place } from '../../tools/docs/mock-choices.ts';
import { settingsTable } from '../support/bundled.ts';
import { read, root } from './markdown.ts';

const openapi: unknown = parse(read('openapi.yaml'));
const places = mockChoices.flatMap((choice) => choice.places ?? []);

test('the table of choices has every setting whose default is the mock’s choice', () => {
  const listed = new Set(mockChoices.flatMap((choice) => choice.settings ?? []));
  const names = Object.keys(settingsTable) as SettingName[];
  expect(names.filter((name) => settingsTable[name].choice && !listed.has(name))).toEqual([]);
  expect(read('docs/settings.md')).toContain('`informed.quietPeriod` = `3s`');
});

test('every choice names a setting or a place', () => {
  expect(
    mockChoices.filter(({ settings = [], places = [] }) => settings.length + places.length === 0),
  ).toEqual([]);
});

test('every place of the table exists', () => {
  expect(places.filter((place) => pointerOf(place) === null)).toEqual([]);
  expect(places.length).toBeGreaterThan(30);
});

test('the table has every place that openapi.yaml marks as the mock’s choice', () => {
  const covered = places.map(pointerOf).filter((pointer) => pointer !== null);
  const marked = markedPlaces(openapi, '').filter((pointer) => pointer !== '/info');
  const missing = marked.filter((pointer) => !covered.some((place) => `${pointer}/`.startsWith(`${place}/`)));
  expect(missing).toEqual([]);
  expect(marked.length).toBeGreaterThan(40);
});

test('the table has every choice that a source marks as the mock’s choice, in the same words', () => {
  const marked = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.gen.ts'] }).flatMap((path) =>
    markedSentences(read(path)).map((sentence) => ({ path, sentence })),
  );
  const missing = marked.filter(
    ({ path, sentence }) =>
      !mockChoices.some(
        ({ what, places: holders = [] }) =>
          what.toLowerCase().startsWith(sentence.toLowerCase()) && holders.some((place) => place === path),
      ),
  );
  expect(missing).toEqual([]);
  expect(marked.length).toBeGreaterThan(12);
  const files = mockChoices
    .flatMap((choice) => choice.places ?? [])
    .filter((place) => place.startsWith('src/'));
  expect(files.filter((place) => !marked.some(({ path }) => path === place))).toEqual([]);
});

/** The text after "Mock's choice:" in comments, up to the end of the sentence. */
function markedSentences(source: string): string[] {
  const text = source.replaceAll(/\n\s*(\*|\/\/) ?/g, ' ').replaceAll(/\s+/g, ' ');
  return [...text.matchAll(/Mock's choice: (.*?\.)(?= |$)/g)].map(([, sentence = '']) => sentence);
}

/** A place's pointer into openapi.yaml, or its schema file or source path; null when the place does not exist. */
function pointerOf(place: Place): string | null {
  if (place.startsWith('schemas/') || place.startsWith('src/'))
    return existsSync(join(root, place)) ? place : null;
  if (place.startsWith('operation ')) return operationPointer(place.slice('operation '.length));
  const tokens = place.slice('#/'.length).split('/');
  let at: unknown = openapi;
  for (const token of tokens) at = member(at, token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return at === undefined ? null : place.slice(1);
}

function operationPointer(id: string): string | null {
  for (const [path, item] of Object.entries(record(member(openapi, 'paths')))) {
    for (const [method, operation] of Object.entries(record(item))) {
      if (member(operation, 'operationId') === id) return `/paths/${escaped(path)}/${method}`;
    }
  }
  return null;
}

/** Pointers of all objects with a string that contains "mock's choice". */
function markedPlaces(value: unknown, pointer: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.values(value).some((text) => typeof text === 'string' && /mock's choice/i.test(text));
  const below = Object.entries(value).flatMap(([key, child]) =>
    markedPlaces(child, `${pointer}/${escaped(key)}`),
  );
  return own ? [pointer, ...below] : below;
}

function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function member(value: unknown, key: string): unknown {
  return record(value)[key];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
