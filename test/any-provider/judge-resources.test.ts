import { describe, expect, it } from 'vitest';
import { ownContracts } from '../../tools/any-provider/contracts.ts';
import type { Item } from '../../tools/any-provider/judge-document.ts';
import { resourceFigures } from '../../tools/any-provider/report.ts';
import { judgeContract } from '../../tools/any-provider/run.ts';
import { type ResourceDefect, startBakery } from './stub-bakery.ts';

const contract = ownContracts().find(({ name }) => name === 'bakery-plain-resources');
if (contract === undefined) throw new Error('The contract of the stub is gone.');

async function judge(defect: ResourceDefect | null): Promise<readonly Item[]> {
  const { items } = await judgeContract(contract as NonNullable<typeof contract>, () => startBakery(defect));
  const kinds = new Set(resourceFigures.map(([, kind]) => kind));
  return items.filter(({ kind }) => kinds.has(kind));
}

describe('the judge of resources', () => {
  it('finds nothing wrong with a mock that keeps what it creates', async () => {
    const items = await judge(null);

    expect(items.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(items.map(({ kind }) => kind)).toEqual([
      'read',
      'id',
      'list',
      'page',
      'change',
      'change',
      'remove',
    ]);
  });

  it.each([
    ['forgets', 'read', /GET \/orders\/\{orderId\} fails/],
    ['changes the id', 'read', /GET shows another id/],
    ['loses values', 'read', /GET shows another loaf than the response/],
    ['lists nothing', 'list', /the list lacks what was created/],
    ['ignores limit', 'page', /a page has not the size/],
    ['ignores changes', 'change', /GET does not show the new loaf/],
    ['keeps removed', 'remove', /GET after DELETE is 200, expected 404/],
    ['undeclared 404', 'remove', /the 404 is not as declared/],
    ['another Location', 'id', /Location has another id than a link/],
    ['another id in the callback', 'id', /the callback's orderId has another id/],
    ['refuses everything', 'remove', /POST \/orders fails/],
  ] as const)('notices that a mock %s', async (defect, kind, problem) => {
    expect(await judge(defect)).toContainEqual({
      kind,
      name: expect.any(String),
      problem: expect.stringMatching(problem),
    });
  });
});
