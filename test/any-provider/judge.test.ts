import { describe, expect, it } from 'vitest';
import { ownContracts } from '../../tools/any-provider/contracts.ts';
import { failures } from '../../tools/any-provider/report.ts';
import { judgeContract } from '../../tools/any-provider/run.ts';
import { type Defect, startStub } from './stub-mock.ts';

const contract = ownContracts().find(({ name }) => name === 'payment-key-without-dollar');
if (contract === undefined) throw new Error('The contract of the stub is gone.');

const judge = (defect: Defect | null) => judgeContract(contract, () => startStub(defect));

describe('the judge of foreign contracts', () => {
  it('finds nothing wrong with a mock that plays the contract', async () => {
    const row = await judge(null);

    expect(failures(row)).toEqual([]);
    expect(row.unjudged).toEqual([]);
    expect(row.items.map(({ kind }) => kind)).toEqual([
      'start',
      'operation',
      'listed',
      'callback',
      'default',
      'refusal',
    ]);
  });

  it.each([
    ['invalid response', 'operation', /invalid body: \/id/],
    ['undeclared status', 'operation', /202, which is not declared/],
    ['invalid callback', 'callback', /invalid body: \/status/],
    ['no callback', 'callback', /0 callbacks came/],
    ['callback twice', 'callback', /2 callbacks came/],
    ['wrong method', 'callback', /came by PUT, expected POST/],
    ['wrong URL', 'callback', /expected http/],
    ['other content type', 'callback', /content type "text\/plain"/],
    ['calls back after a refusal', 'refusal', /1 callbacks after 400/],
    ['takes invalid requests', 'refusal', /answered 201/],
    ['two by default', 'default', /2 callbacks, expected 1/],
    ['not listed', 'callback', /not listed/],
    ['lists what is not declared', 'listed', /not declared/],
    ['gives no reason', 'listed', /gives no reason/],
  ] as const)('notices the defect "%s"', async (defect, kind, problem) => {
    const row = await judge(defect);

    expect(failures(row)).toContainEqual({
      kind,
      name: expect.any(String),
      problem: expect.stringMatching(problem),
    });
  });

  it('reports a mock that does not start', async () => {
    const row = await judgeContract(contract, () => Promise.reject(new Error('exit 2: no such file')));

    expect(row.startMs).toBeNull();
    expect(failures(row)).toEqual([{ kind: 'start', name: contract.name, problem: 'exit 2: no such file' }]);
  });
});
