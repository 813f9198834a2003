import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { corpusContracts, githubContracts, ownContracts } from './contracts.ts';
import {
  countOf,
  failures,
  figures,
  floors,
  line,
  page,
  percent,
  type Row,
  resourceFigures,
  resourceFloor,
  totals,
} from './report.ts';
import { judgeContract } from './run.ts';

/**
 * Plays contracts with `ringback serve` and judges what comes of it. README.md explains the figures.
 * A figure passes if it reaches its floor. Exits with 1 if one does not.
 */
const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    full: { type: 'boolean', default: false },
    github: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const { only, json, verbose } = values;
const github = values.full || values.github ? githubContracts() : [];
const others = values.github
  ? []
  : [...ownContracts(), ...corpusContracts(values.corpus ?? process.env.RINGBACK_CORPUS)];
const contracts = [...others, ...github].filter(({ name }) => only === undefined || name.includes(only));
if (contracts.length === 0)
  throw new Error(
    `Could not measure: no contract is called ${JSON.stringify(only)}. Set RINGBACK_CORPUS or --corpus.`,
  );

const rows: Row[] = [];
for (const contract of contracts) {
  const row = await judgeContract(contract);
  rows.push(row);
  console.log(line(row));
  const failed = failures(row);
  for (const { kind, name, problem } of failed.slice(0, verbose ? failed.length : 3)) {
    const text = verbose ? problem : problem?.split('\n')[0]?.slice(0, 200);
    console.log(`    ${kind} ${name}: ${text}`);
  }
  if (!verbose && failed.length > 3)
    console.log(`    … and ${failed.length - 3} more; --only ${contract.name} --verbose shows them`);
  if (verbose) for (const text of row.unjudged) console.log(`    no valid request found: ${text}`);
}

console.log('');
let low = 0;
let reached = 0;
for (const group of ['own', 'corpus', 'github'] as const) {
  const own = rows.filter(({ contract }) => contract.group === group);
  if (own.length === 0) continue;
  console.log(`${group}: ${own.length} contracts`);
  for (const text of totals(own)) console.log(`figure: ${group}, ${text}`);
  const reaches = [
    ...figures.map(([, kind]) => percent(countOf(own, kind)) >= floors[group]),
    ...resourceFigures.map(([, kind]) => percent(countOf(own, kind)) >= resourceFloor(group, kind)),
  ];
  reached += reaches.filter((reach) => reach).length;
  low += reaches.filter((reach) => !reach).length;
}
console.log(`contracts: ${reached} passed, ${low} failed`);
if (json !== undefined) writeFileSync(json, JSON.stringify(rows, null, 2));
if (only === undefined && !values.github) {
  const pageFile = join(import.meta.dirname, '../../docs/any-contract-results.md');
  writeFileSync(pageFile, page(rows, new Date().toISOString().slice(0, 10)));
}
process.exitCode = low > 0 ? 1 : 0;
