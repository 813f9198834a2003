import type { NamedContract } from './contracts.ts';
import type { Item, ItemKind, Verdict } from './judge-document.ts';

/** What was found for one contract. */
export interface Row extends Verdict {
  readonly contract: NamedContract;
  readonly startMs: number | null;
  readonly memoryMiB: number | null;
}

export interface Count {
  readonly ok: number;
  readonly total: number;
}

/** The figures of the table, in its order. Those of resources follow. */
export const figures: readonly (readonly [string, ItemKind])[] = [
  ['starts', 'start'],
  ['operations', 'operation'],
  ['callbacks', 'callback'],
  ['webhooks', 'webhook'],
  ['x-webhooks', 'x-webhook'],
  ['one by default', 'default'],
  ['none after a refusal', 'refusal'],
  ['listed right', 'listed'],
];

/** The figures of resources: of what is created, read, listed, changed and removed. */
export const resourceFigures: readonly (readonly [string, ItemKind])[] = [
  ['create and read', 'read'],
  ['list', 'list'],
  ['pages', 'page'],
  ['change', 'change'],
  ['remove', 'remove'],
  ['ids agree', 'id'],
];

/** The least percentage of each figure, by group. Real documents have schemas that nothing satisfies. */
export const floors = { own: 98, corpus: 95, github: 95 } as const;

/** The least percentage of a figure of resources. Ids that the client chose are no 404 after DELETE, except with `strict`. */
export function resourceFloor(group: keyof typeof floors, kind: ItemKind): number {
  if (group === 'own') return 98;
  if (group === 'github') return 60;
  return kind === 'remove' ? 60 : 85;
}

export function countOf(rows: readonly Row[], kind: ItemKind): Count {
  const items = rows.flatMap((row) => row.items).filter((item) => item.kind === kind);
  return { ok: items.filter(({ problem }) => problem === null).length, total: items.length };
}

/** The share that is right, in percent; 100 of nothing. */
export function percent({ ok, total }: Count): number {
  return total === 0 ? 100 : (100 * ok) / total;
}

export const failures = (row: Row): readonly Item[] => row.items.filter(({ problem }) => problem !== null);

const cell = (count: Count): string => (count.total === 0 ? '' : `${count.ok}/${count.total}`);

/** One line for the terminal. */
export function line(row: Row): string {
  const kinds = [...figures.slice(1), ...resourceFigures];
  const cells = kinds.map(([title, kind]) => [title, cell(countOf([row], kind))] as const);
  const shown = cells.filter(([, text]) => text !== '').map(([title, text]) => `${title} ${text}`);
  const start = row.startMs === null ? 'does not start' : `${row.startMs} ms, ${row.memoryMiB} MiB`;
  return `${failures(row).length === 0 ? '✓' : '✗'} ${row.contract.name}: ${[start, ...shown].join(', ')}`;
}

/** One line for each figure: `operations 99.1 % (1112/1122)`. */
export function totals(rows: readonly Row[], kinds = [...figures, ...resourceFigures]): readonly string[] {
  return kinds
    .map(([title, kind]) => [title, countOf(rows, kind)] as const)
    .filter(([, count]) => count.total > 0)
    .map(([title, count]) => `${title} ${percent(count).toFixed(1)} % (${count.ok}/${count.total})`);
}

const groups = { own: 'Our own documents', corpus: 'Public documents', github: 'GitHub' } as const;

/** The page `docs/any-contract-results.md`: names and counts, nothing of the documents themselves. */
export function page(rows: readonly Row[], date: string): string {
  const head = ['document', 'start ms', 'MiB', ...figures.slice(1).map(([title]) => title)];
  const sections = Object.entries(groups).flatMap(([group, title]) => {
    const own = rows.filter(({ contract }) => contract.group === group);
    if (own.length === 0) return [];
    const lines = own.map((row) => {
      const start = row.startMs === null ? ['–', '–'] : [row.startMs, row.memoryMiB];
      const cells = [
        row.contract.name,
        ...start,
        ...figures.slice(1).map(([, kind]) => cell(countOf([row], kind))),
      ];
      return `| ${cells.join(' | ')} |`;
    });
    const table = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...lines];
    const shown = totals(own, [...figures]).map((text) => `- ${text}`);
    return [`## ${title}`, '', ...shown, '', ...table, '', ...resourceSection(own)];
  });
  return `${[
    '<!-- Written by "node tools/any-provider/measure.ts". Do not edit. -->',
    '# How foreign contracts fare',
    '',
    `Measured on ${date} by \`tools/any-provider/measure.ts\`, which \`tools/any-provider/README.md\` explains.`,
    'Each cell shows how many of the items are right. An empty cell means that the document has no such item.',
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()}\n`;
}

/** The figures of resources by document, and what does not hold. */
function resourceSection(rows: readonly Row[]): readonly string[] {
  const kinds = new Set(resourceFigures.map(([, kind]) => kind));
  const able = rows.filter(({ items }) => items.some(({ kind }) => kinds.has(kind)));
  if (able.length === 0) return [];
  const head = ['document', ...resourceFigures.map(([title]) => title)];
  const lines = able.map((row) => {
    const cells = resourceFigures.map(([, kind]) => cell(countOf([row], kind)));
    return `| ${[row.contract.name, ...cells].join(' | ')} |`;
  });
  const failed = able.flatMap((row) =>
    failures(row)
      .filter(({ kind }) => kinds.has(kind))
      .map(({ kind, name, problem }) => [titleOf(kind), row.contract.name, name, reasonOf(problem)] as const),
  );
  const list = failed.map(
    ([title, document, name, reason]) => `| ${title} | ${document} | ${name} | ${reason} |`,
  );
  return [
    '### Resources',
    '',
    ...totals(able, [...resourceFigures]).map((text) => `- ${text}`),
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...lines,
    '',
    ...(list.length === 0
      ? []
      : [
          'What does not hold:',
          '',
          '| figure | document | operations | reason |',
          '| --- | --- | --- | --- |',
          ...list,
          '',
        ]),
  ];
}

function titleOf(kind: ItemKind): string {
  return resourceFigures.find(([, each]) => each === kind)?.[0] ?? kind;
}

/** The first line of a problem: what is wrong, without what was sent and received. */
function reasonOf(problem: string | null): string {
  return (problem ?? '').split('\n')[0] ?? '';
}
