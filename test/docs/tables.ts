/**
 * What keeps a table true that people write: a test that reads the page (`read`), a test of what the table says
 * (`shown`), or the reason why there is none (`prose`). `test/docs/pages.test.ts` reads all pages: their links,
 * commands, options, settings and operations.
 */
export type Kept = { readonly read: string } | { readonly shown: string } | { readonly prose: string };

const everyName: Kept = { read: 'test/docs/pages.test.ts' };

/** By page and first line of the table. */
export const tables: Readonly<Record<string, Readonly<Record<string, Kept>>>> = {
  'README.md': {
    '| | Ringback | WireMock 3.13 | Prism 5.16 | your own stub |': {
      read: 'test/other-tools/prism-callbacks.test.ts',
    },
    '| to | see |': everyName,
  },
  'SECURITY.md': {
    '| who | may | may not |': { shown: 'test/server/guard.test.ts' },
    '| what | limited by |': everyName,
  },
  'docs/comparison.md': {
    '| claim | WireMock 3.13.2 | Prism 5.16.0 |': { read: 'test/other-tools/prism-callbacks.test.ts' },
  },
  'docs/containers.md': { '| | without | with `--container` |': { shown: 'test/cli/container.test.ts' } },
  'docs/dashboard.md': {
    '| mark | meaning |': { shown: 'test/ui/dashboard.test.ts' },
    '| button | what it does |': { read: 'test/docs/tables.test.ts' },
  },
  'docs/design.md': {
    '| word | meaning |': { read: 'test/docs/tests-about.test.ts' },
    '| | function | file | what it does |': { read: 'test/docs/design-flow.test.ts' },
  },
  'docs/files.md': {
    '| file | verdict |': { read: 'test/files/judged-files.test.ts' },
    '| counted | agree | share |': { read: 'test/files/judged-files.test.ts' },
    '| file | side | why |': { read: 'test/files/judged-files.test.ts' },
  },
  'docs/github-action.md': {
    '| input | default | what it does |': { read: 'test/action/action.test.ts' },
    '| output | what it is |': { read: 'test/action/action.test.ts' },
    '| exit code | the step |': { shown: 'test/action/action.test.ts' },
  },
  'docs/glossary.md': { '| term | meaning |': { read: 'test/docs/tests-about.test.ts' } },
  'docs/http-api.md': {
    '| path | what is there | described in |': { read: 'test/docs/tables.test.ts' },
    '| provider | real base URL | mock | credentials |': { read: 'test/docs/tables.test.ts' },
    '| | |': { read: 'test/docs/tables.test.ts' },
    '| | providers | control API | inboxes |': { shown: 'test/server/guard.test.ts' },
  },
  'docs/mcp.md': { '| tool | title | changes something |': { read: 'test/cli/mcp.test.ts' } },
  'docs/observability.md': {
    '| place | member |': everyName,
    '| span | kind | parent | attributes |': { shown: 'test/server/spans.test.ts' },
    '| metric | labels | what it counts |': { read: 'test/docs/tables.test.ts' },
    '| metric | what it measures |': { read: 'test/docs/tables.test.ts' },
  },
  'docs/other-languages.md': {
    '| language | example | what it gives a test |': everyName,
    '| language | command | run by CI |': { read: 'test/other-tools/other-tools.test.ts' },
    '| file | use it for |': { read: 'test/docs/tables.test.ts' },
  },
  'docs/scenarios.md': {
    '| template | value |': { shown: 'test/core/scenario/templates.test.ts' },
    '| `on` | matches |': { read: 'test/docs/tables.test.ts' },
  },
  'docs/signatures.md': {
    '| `signing.scheme` | headers | what is signed |': { read: 'test/docs/tables.test.ts' },
    '| provider | settings |': { read: 'test/docs/tables.test.ts' },
    '| scheme | form of a secret |': { shown: 'test/signing/create-signer.test.ts' },
    '| `signing.scheme` | library | version | server | sent |': {
      read: 'test/receivers/verified-table.test.ts',
    },
    '| header | scheme |': { read: 'test/docs/tables.test.ts' },
    '| `signature` | what is sent |': { read: 'test/docs/tables.test.ts' },
  },
  'docs/testing.md': {
    '| you want to test | use | it starts |': everyName,
    '| | versions |': { shown: 'tools/matrix/projects.ts' },
    '| jest runs your tests as | you need |': { shown: 'tools/matrix/projects.ts' },
    '| to | use |': { read: 'test/docs/tables.test.ts' },
    '| `expect(…)` | `assert.…` of `ringback/node-test` | accepts | passes when |': {
      read: 'test/docs/tables.test.ts',
    },
  },
};

/** What shows that the output or the diagram of a `text` block is right, by page. */
export const texts: Readonly<Record<string, Kept>> = {
  'docs/any-contract.md': {
    prose: 'A summary of paths, and a script for a contract that the page does not have.',
  },
  'docs/design.md': { prose: 'Diagrams. test/docs/design-map.test.ts compares the map of src/.' },
  'docs/other-languages.md': { read: 'test/other-tools/other-tools.test.ts' },
  'docs/observability.md': { prose: 'A header, as the specification of Trace Context shows it.' },
  'docs/record.md': { read: 'test/record/page.test.ts' },
  'docs/scenarios.md': { read: 'test/scenarios/guide.test.ts' },
  'docs/signatures.md': { read: 'test/docs/tables.test.ts' },
};
