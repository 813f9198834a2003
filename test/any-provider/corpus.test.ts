import { describe, expect, it } from 'vitest';
import { corpusContracts } from '../../tools/any-provider/contracts.ts';
import {
  countOf,
  failures,
  figures,
  floors,
  line,
  percent,
  type Row,
  resourceFigures,
  resourceFloor,
} from '../../tools/any-provider/report.ts';
import { judgeContract } from '../../tools/any-provider/run.ts';

const contracts = corpusContracts(process.env.RINGBACK_CORPUS);
const floor = floors.corpus;
if (contracts.length === 0)
  console.warn(
    'SKIPPED: public contracts. RINGBACK_CORPUS must name a folder with an index.json of documents.',
  );

describe.skipIf(contracts.length === 0)('public contracts', () => {
  const rows: Row[] = [];

  it.each(contracts)('$name starts', { timeout: 300_000 }, async (contract) => {
    const row = await judgeContract(contract);
    rows.push(row);
    console.log(line(row));

    expect(failures(row).filter(({ kind }) => kind === 'start')).toEqual([]);
  });

  it.each(figures)(`%s: at least ${floor} % of all`, (title, kind) => {
    const count = countOf(rows, kind);
    console.log(`${title} ${percent(count).toFixed(1)} % (${count.ok}/${count.total})`);

    expect(percent(count)).toBeGreaterThanOrEqual(floor);
  });

  it.each(resourceFigures)('resources: enough of all hold: %s', (title, kind) => {
    const count = countOf(rows, kind);
    console.log(`resources, ${title} ${percent(count).toFixed(1)} % (${count.ok}/${count.total})`);

    expect(count.total).toBeGreaterThan(0);
    expect(percent(count)).toBeGreaterThanOrEqual(resourceFloor('corpus', kind));
  });
});
