import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { titlesOf } from '../../tools/tests-about.ts';
import { prose, read, root } from './markdown.ts';
import { countWords, wordsToAvoid } from './plain-words.ts';

const generatedPages = [
  'bench/REPORT.md',
  'docs/callbacks.md',
  'docs/cli.md',
  'docs/errors.md',
  'docs/full-run.md',
  'docs/reliability.md',
  'docs/scenario-catalogue.md',
  'docs/scenario-reference.md',
  'docs/seed-coverage.md',
  'docs/settings.md',
];

interface Area {
  readonly files: readonly string[];
  readonly text: (file: string) => string;
  /**
   * The most words to avoid per 1,000 words. The aim is 0.5. A higher limit is the figure from before that text was
   * rewritten: lower it along with the text, never raise it.
   */
  readonly most: number;
}

const sources = filesOf('src/**/*.ts', (file) => !file.endsWith('.gen.ts'));

const areas: Readonly<Record<string, Area>> = {
  'the README': { files: ['README.md'], text: pageText, most: 0.5 },
  'pages written by hand': {
    files: [
      'CONTRIBUTING.md',
      'SECURITY.md',
      ...filesOf('docs/*.md', (file) => !generatedPages.includes(file)),
      ...filesOf('.changeset/*.md'),
    ],
    text: pageText,
    most: 0.5,
  },
  decisions: { files: filesOf('docs/decisions/*.md'), text: pageText, most: 0.5 },
  'READMEs of folders': {
    files: filesOf('{bench,examples,src}/**/README.md', (file) => !file.includes('node_modules/')),
    text: pageText,
    most: 0.5,
  },
  'generated pages': {
    files: filesOf('{bench,docs}/*.md', (file) => generatedPages.includes(file)),
    text: pageText,
    most: 0.5,
  },
  'descriptions of schemas': {
    files: filesOf('schemas/**/*.json', (file) => !file.startsWith('schemas/bundled/')),
    text: (file) => descriptions(JSON.parse(read(file))).join('\n'),
    most: 0.5,
  },
  'descriptions of the OpenAPI documents': {
    files: ['openapi.yaml', 'openapi.control.yaml'],
    text: (file) => descriptions(parse(read(file))).join('\n'),
    most: 0.5,
  },
  'comments of src': { files: sources, text: (file) => comments(read(file)).join('\n'), most: 0.5 },
  'titles of tests': { files: filesOf('test/**/*.ts'), text: titlesOf, most: 0.5 },
  'strings of src': { files: sources, text: (file) => strings(read(file)).join('\n'), most: 0.5 },
};

test.each(Object.entries(areas))('%s: few words to avoid', (_, { files, text, most }) => {
  const counts = files.map((file) => ({ file, ...countWords(text(file)) }));
  const words = counts.reduce((sum, count) => sum + count.words, 0);
  const places = counts.flatMap(({ file, found }) => found.map((word) => `${file}: ${word}`));
  const rate = (1000 * places.length) / words;
  expect(words).toBeGreaterThan(500);
  expect(
    rate,
    `${rate.toFixed(2)} per 1,000 words:\n${places.join('\n')}\nMost: ${most}.`,
  ).toBeLessThanOrEqual(most);
});

test.each(Object.keys(wordsToAvoid))('"%s" counts, in any case and across a line break', (word) => {
  const text = `Before it, ${word.toUpperCase().replaceAll(' ', '\n')} and after.`;
  expect(countWords(text).found).toEqual([word]);
});

test('words that only look like those to avoid do not count', () => {
  const text = 'A text file of the forbears: wanted, known, told so much at one time.';
  expect(countWords(text)).toEqual({ words: 14, found: [] });
});

test('comments and strings are distinguished', () => {
  const code = `/** Who's there.\n * Again. */\nconst a = 'one // two'; // three "four"\nconst b = \`five \${six} \`;\n`;
  expect(comments(code)).toEqual([" Who's there.\n Again. ", ' three "four"']);
  expect(strings(code)).toEqual(['one // two', 'five  ']);
});

function filesOf(pattern: string, isWanted: (file: string) => boolean = () => true): readonly string[] {
  const found = globSync(pattern, { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  return found.filter(isWanted).toSorted();
}

/** The text of a page without link targets and code, which holds names and program output. */
function pageText(file: string): string {
  return prose(file)
    .replaceAll(/`[^`\n]+`/g, ' ')
    .replaceAll(/\]\([^)\s]+\)/g, ']');
}

/** Every `description`, `summary` and `title` of a document. */
function descriptions(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'string' && ['description', 'summary', 'title'].includes(key)
      ? [child]
      : descriptions(child),
  );
}

// Regular expressions are not parsed: a quote in one hides the code up to the next quote, which is rare enough.
const token = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

function comments(code: string): string[] {
  return [...code.matchAll(token)]
    .map(([text]) => text)
    .filter((text) => text.startsWith('/'))
    .map((text) => text.replace(/^\/[/*]+|\*\/$/g, '').replaceAll(/^\s*\*/gm, ''));
}

/** Strings with a space: the others are names. */
function strings(code: string): string[] {
  return [...code.matchAll(token)]
    .map(([text]) => text)
    .filter((text) => !text.startsWith('/') && text.includes(' '))
    .map((text) => text.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, ''));
}
