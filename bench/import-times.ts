import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/**
 * How long the package's entries take to import, each in a fresh process, the order turned round every round.
 * Run `npm run build && npm run bench`; writes `bench/REPORT.md`, prints one JSON line per entry.
 */
const root = join(import.meta.dirname, '..');
const rounds = 11;
const entries: Readonly<Record<string, string>> = {
  '(nothing)': '',
  'ringback/types': 'dist/types/index.js',
  'ringback/matchers': 'dist/testing/matchers.js',
  ringback: 'dist/index.js',
  'ringback/nock': 'dist/testing/nock.js',
  'the server (imported by startProvider)': 'dist/server/start-server.js',
};
if (!existsSync(join(root, 'dist/index.js'))) {
  console.error('There is no build to measure. Run "npm run build" first.');
  process.exit(1);
}

/** Milliseconds that the import alone takes in a process of its own. */
function importTime(file: string): number {
  const wanted = file === '' ? 'node:fs' : `${join(root, file)}`;
  const script = `const t = performance.now(); await import(${JSON.stringify(wanted)}); console.log(performance.now() - t)`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const times = new Map<string, number[]>(Object.keys(entries).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  const order = Object.entries(entries);
  for (const [name, file] of round % 2 === 0 ? order : order.toReversed())
    times.get(name)?.push(importTime(file));
}

const rows = [...times].map(([name, all]) => ({
  entry: name,
  medianMs: Number(median(all).toFixed(1)),
  rounds,
}));
for (const row of rows) console.log(JSON.stringify(row));
const page = `<!-- Made by "npm run bench" -->
# Bench report

${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}).

## Import times

Fresh process each, order turned round every round, medians of ${rounds}.

| entry | ms |
| --- | --- |
${rows.map(({ entry, medianMs }) => `| ${entry.startsWith('ringback') ? `\`${entry}\`` : entry} | ${medianMs} |`).join('\n')}
`;
writeFileSync(join(root, 'bench', 'REPORT.md'), page);
