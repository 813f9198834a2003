import { readFileSync } from 'node:fs';
import type { DocumentResource } from 'ringback/types';
import { type MockProvider, test as providerTest } from 'ringback/vitest';
import { type Consumer, createConsumer } from '../src/consumer.ts';

export { expect } from 'ringback/vitest';

/** A real PDF: the mock looks at the bytes, and a broken one would choose another scenario. */
const pdf = readFileSync(new URL('invoice.pdf', import.meta.url));

export function file(name = 'invoice.pdf'): File {
  return new File([pdf], name, { type: 'application/pdf' });
}

/** The consumer of this example, on a port of its own, wired to the mock provider of the test. */
export interface TestedConsumer extends Consumer {
  /** What was done for finished documents, in order. */
  readonly finished: DocumentResource[];
  /** What was done for verified applications, in order. */
  readonly verified: string[];
  /** True: nothing can be written down, as when the database is away. */
  isDown: boolean;
  /** Submits a document with the consumer's own code. */
  submit(): Promise<string>;
  /** Registers an application and uploads files to it. */
  apply(...files: readonly File[]): Promise<string>;
}

export const authorization = 'Bearer s3cret';

/** The mock's `test`, and with it a consumer for each test. */
export const test = providerTest.extend(
  'consumer',
  async ({ provider }: { provider: MockProvider }, { onCleanup }): Promise<TestedConsumer> => {
    const finished: DocumentResource[] = [];
    const verified: string[] = [];
    const consumer = createConsumer({
      docdigitizerUrl: provider.urls.docdigitizer,
      informedUrl: provider.urls.informed,
      authorization,
      journal: {
        async append() {
          if (tested.isDown) throw new Error('no database');
        },
      },
      onFinished: (document) => finished.push(document),
      onVerified: (_, found) => verified.push(found),
      onError: () => undefined,
    });
    const url = await consumer.app.listen({ port: 0, host: '127.0.0.1' });
    onCleanup(() => consumer.app.close());
    // The credentials of webhooks are agreed on out of band; the mock is told by a setting.
    await provider.configure({ 'informed.endpointAuthorization': authorization });
    const tested: TestedConsumer = {
      ...consumer,
      finished,
      verified,
      isDown: false,
      submit: () => consumer.documents.submit(file(), `${url}/documents`, authorization),
      async apply(...files) {
        const id = await consumer.applications.register({
          application_reference_id: 'loan-1',
          application_date: '2029-12-28',
          services: ['extract', 'verify'],
          applicants: { applicant1: { first_name: 'Jo', last_name: 'Boren' } },
          verifications: { income: ['applicant1'] },
          webhook: `${url}/applications`,
        });
        for (const each of files) await consumer.applications.addFile(id, each);
        return id;
      },
    };
    return tested;
  },
);
