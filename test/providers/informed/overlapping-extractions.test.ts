import { describe, expect, test } from 'vitest';
import { readAs } from '../../../src/providers/informed/resources.ts';
import { first, list, makeWorld, ofType, registration, text, type World } from './world.ts';

const scenarios = `
name: two-paystubs-each
provider: informed
outcome: { documents: [[paystub, paystub]] }
`;

const names = Array.from({ length: 8 }, (_, index) => `f${index + 1}.pdf`);

/** What the application shows about its documents, and the documents themselves. */
async function kept({ space }: World) {
  const resources = await space.store.resources.list();
  const documents = resources
    .map((resource) => readAs(resource, 'document'))
    .filter((one) => one !== undefined);
  const application = first(resources.flatMap((resource) => readAs(resource, 'application') ?? []));
  const { documentIds, documentCounts } = application.data;
  return { documentIds, documentCounts, documents: new Map(documents.map((one) => [one.id, one])) };
}

describe('files whose extractions are due at the same instant', () => {
  /** Uploads all of them before the clock moves; on the real clock, their steps start together. */
  async function extractAll(clock: 'real' | 'virtual', scenario?: string) {
    const world = makeWorld({ clock, scenarios });
    const application = await world.register(registration, scenario);
    for (const file of await world.announce(application, names)) await world.upload(file);
    const payloads = await world.settled();
    const extractions = ofType(payloads, 'extractions')
      .map((payload) => JSON.stringify(payload))
      .sort();
    return { ...(await kept(world)), extractions, verifications: ofType(payloads, 'verifications') };
  }

  test.each([undefined, 'two-paystubs-each'])(
    'hold the same documents as one after the other, in scenario %s',
    async (scenario) => {
      const [together, apart] = [await extractAll('real', scenario), await extractAll('virtual', scenario)];
      expect(together.extractions).toHaveLength(names.length);
      expect(together).toEqual(apart);
    },
  );

  test('concurrently extracted files each count, and the application names the documents of all', async () => {
    const { documents, documentIds, documentCounts } = await extractAll('real', 'two-paystubs-each');
    expect(documentIds.toSorted()).toEqual([...documents.keys()].sort());
    expect(documentCounts).toEqual({ 'applicant1 paystub': 8, 'applicant2 paystub': 8 });
  });
});

describe.each(['paystub', 'utility_bill'])('structured data of two requests, one %s each', (type) => {
  async function announce(order: 'at once' | 'one after the other') {
    const world = makeWorld();
    const { applicants: _, ...anonymous } = registration;
    const application = await world.register(anonymous);
    const add = (reference: string) =>
      world.call('addDocuments', {
        path: { product: 'consumer', application_id: application },
        body: { structured_data: [{ document_type: type, document_reference_id: reference }] },
      });
    const [a, b] =
      order === 'at once' ? await Promise.all([add('a'), add('b')]) : [await add('a'), await add('b')];
    const ids = [a, b].map(({ body }) => text(first(list(body, 'structured_data')), 'document_id'));
    const { documents, documentIds, documentCounts } = await kept(world);
    return { documentIds, documentCounts, documents: ids.map((id) => documents.get(id)?.data) };
  }

  test('concurrent extractions equal sequential ones', async () => {
    const together = await announce('at once');
    expect(together.documents.map((document) => document?.documentReferenceId)).toEqual(['a', 'b']);
    expect(together).toEqual(await announce('one after the other'));
  });

  test('structured data of two requests are two documents of one applicant, and count as two', async () => {
    const { documents, documentIds, documentCounts } = await announce('at once');
    const [a, b] = documents;
    expect(a?.extracted).not.toEqual(b?.extracted);
    expect(documentIds).toHaveLength(2);
    expect(documentCounts).toEqual({ [`applicant1 ${type}`]: 2 });
  });
});
