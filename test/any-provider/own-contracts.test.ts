import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { ownContracts } from '../../tools/any-provider/contracts.ts';
import { failures } from '../../tools/any-provider/report.ts';
import { judgeContract } from '../../tools/any-provider/run.ts';
import type { Subject } from '../../tools/any-provider/subject.ts';

/** A mock in this process: it starts faster than the program, which the judge starts elsewhere. */
async function startHere(contract: string, webhooksTo: string): Promise<Subject> {
  const server = await startServer({ contract, port: 0, clock: 'virtual', seed: 7, webhooksTo });
  return {
    url: server.url,
    startMs: 0,
    memoryMiB: () => 0,
    output: () => '',
    stop: async () => {
      await server.close({ graceMs: 1_000 });
    },
  };
}

describe('our own contracts of other providers', () => {
  it('are at least 25, each with its trait', () => {
    expect(ownContracts().length).toBeGreaterThanOrEqual(25);
  });

  it.each(ownContracts())('$name is played as it says', async (contract) => {
    const row = await judgeContract(contract, startHere);

    expect(row.unjudged).toEqual([]);
    expect(failures(row)).toEqual([]);
  });
});
