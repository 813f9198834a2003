import { expect } from 'vitest';
import { pngFile, truncated } from '../../support/fixture-files.ts';
import type { ControlBody } from '../../support/ringback.ts';
import type { Says } from '../says.ts';
import {
  acceptedBy,
  bodies,
  client,
  consumer,
  documentsOf,
  eventTypes,
  incomeOf,
  play,
  ringback,
  statusesOf,
  twoApplicants,
} from './stage.ts';

export function showVerifications(says: Says): void {
  says(
    'The verification service provides the analysis of the specified verifications based on the extracted data from the document types found in the aggregate of the submitted image files.',
    async () => {
      await play({
        files: [['paystub.pdf'], ['utility bill.pdf']],
        registered: { verifications: { income: {}, residence: {} } },
      });
      const [{ verifications }] = bodies('verifications');
      expect(Object.keys(verifications)).toEqual(['income', 'residence']);
      const extracted = bodies('extractions').flatMap(documentsOf);
      const paystub = extracted.find(
        ({ document_id }) =>
          document_id === verifications.income[0].acceptable_documents.paystub[0].document_id,
      );
      const { matches_employer_name } =
        verifications.income[0].acceptable_documents.paystub[0].document_questions;
      expect(matches_employer_name.answer).toBe(paystub?.extracted_data.employer_name);
    },
  );

  says(
    'If you only want the verification analysis, then you would simply specify the verify service at time of application registration, but most likely, you will also want the extracted data, which means that you will want to specify the extract service in addition to the verify service.',
    async () => {
      await play({ registered: { services: ['verify'] } });
      await play({ registered: { services: ['extract', 'verify'] } });
      expect(eventTypes()).toEqual(['verifications', 'extractions', 'verifications']);
      consumer.forget();
      const { id } = await play({ registered: { services: ['extract'] } });
      expect((await client.call('PUT', `applications/${id}`, {})).status).toBe(200);
      await ringback.settle();
      expect(eventTypes()).toEqual(['extractions']);
    },
  );

  says(
    'Unlike the extractions service, for which we can predict one callback per original submitted file, it is not as straight forward for the verification callbacks.',
    async () => {
      const id = await client.register(consumer.url);
      await client.add(id, 'a.pdf');
      await ringback.advance('6s');
      await client.add(id, 'b.pdf');
      await ringback.settle();
      expect(eventTypes()).toEqual(['extractions', 'extractions', 'verifications']);
    },
  );

  says(
    'The number of verification callbacks will depend on several factors, such as the time gap between uploading the original files and the size and complexity of the uploaded files.',
    async () => {
      for (const [gap, expected] of [
        ['1s', 1],
        ['1h', 2],
      ] as const) {
        consumer.forget();
        const id = await client.register(consumer.url);
        await client.add(id, 'a.pdf');
        await ringback.advance(gap);
        await client.add(id, 'b.pdf');
        await ringback.settle();
        expect(bodies('verifications')).toHaveLength(expected);
      }
    },
  );

  says(
    'The important thing to remember is that the verification callbacks will always represent the aggregate analysis across all associated documents available at the time the verifications are run.',
    async () => {
      const { id } = await play();
      await client.add(id, 'bank.pdf');
      await ringback.settle();
      const accepted = bodies('verifications').map((body) =>
        Object.keys(incomeOf(body).acceptable_documents),
      );
      expect(accepted).toEqual([['paystub'], ['paystub', 'bank_statement']]);
    },
  );

  says(
    'In order to help eliminate any confusion in the case of multiple verifications callbacks, we have added the data_sources element, which specifies the uploaded files and structured data that were available/present at the time of generating that specific verifications response.',
    async () => {
      const { id, fileIds } = await play();
      await client.add(id, 'failed.png', truncated(pngFile()));
      const structured = [{ document_type: 'bank_statement', document_reference_id: 'edoc-1' }];
      const { structured_data } = await client.announce(id, [], structured);
      const second = await client.add(id, 'bank.pdf');
      await ringback.settle();
      expect(bodies('verifications').map(({ data_sources }) => data_sources)).toEqual([
        { image_files: [{ file_id: fileIds[0], file_reference_id: 'paystub.pdf' }], structured_data: [] },
        {
          image_files: [
            { file_id: fileIds[0], file_reference_id: 'paystub.pdf' },
            { file_id: second, file_reference_id: 'bank.pdf' },
          ],
          structured_data: [{ document_id: structured_data[0].document_id, document_reference_id: 'edoc-1' }],
        },
      ]);
    },
  );

  says(
    'This element will also allow you to track that all previously uploaded documents for an application have been analyzed.',
    async () => {
      const { id, fileIds } = await play({ files: [['a.pdf'], ['b.pdf']] });
      const late = await client.add(id, 'c.pdf');
      await ringback.settle();
      const { image_files } = bodies('verifications').at(-1).data_sources;
      expect(image_files.map(({ file_id }: ControlBody) => file_id)).toEqual([...fileIds, late]);
    },
  );

  says(
    'The application_id will be the same one provided in the synchronous response … (verifications)',
    async () => {
      const { id } = await play();
      expect(bodies('verifications')[0].application_id).toBe(id);
    },
  );

  says(
    'The application_reference_id will be the same reference id that you provided … (verifications)',
    async () => {
      await play({ registered: { application_reference_id: 'mine-7' } });
      expect(bodies('verifications')[0].application_reference_id).toBe('mine-7');
    },
  );

  says(
    'If you included an application_update_reference_id in the application update PUT request that is generating the verifications response, then that key/value pair will be returned in your verifications response.',
    async () => {
      const { id } = await play();
      for (const body of [
        { application_update_reference_id: 'update-1' },
        { application_status: 'funded' },
      ]) {
        expect((await client.call('PUT', `applications/${id}`, body)).status).toBe(200);
        await ringback.settle();
      }
      await client.call('PUT', `applications/${id}`, { application_update_reference_id: 'update-2' });
      await ringback.settle();
      await client.add(id, 'bank.pdf');
      await ringback.settle();
      const carried = bodies('verifications').map((body) => body.application_update_reference_id);
      expect(carried).toEqual([undefined, 'update-1', undefined, 'update-2', undefined]);
    },
  );

  says(
    'The verifications object will contain keys for each requested verification type for the application.',
    async () => {
      await play({ registered: { verifications: { identity: {}, income: {}, odometer_statement: {} } } });
      expect(Object.keys(bodies('verifications')[0].verifications)).toEqual([
        'identity',
        'income',
        'odometer_statement',
      ]);
    },
  );

  says(
    'Each of those verification types will contain a list of the verifications based on how many belongs_to were specified.',
    async () => {
      await play({ registered: { ...twoApplicants, verifications: { income: 'applicant2' } } });
      const { income } = bodies('verifications')[0].verifications;
      expect(income.map(({ belongs_to }: ControlBody) => belongs_to)).toEqual(['applicant2']);
    },
  );

  says(
    'For example, if you stipped both applicant1 and applicant2 for income, then there would be two objects in the list for the income key inside verifications.',
    async () => {
      await play({
        registered: { ...twoApplicants, verifications: { income: ['applicant1', 'applicant2'] } },
      });
      const { income } = bodies('verifications')[0].verifications;
      expect(income.map(({ belongs_to }: ControlBody) => belongs_to)).toEqual(['applicant1', 'applicant2']);
    },
  );

  says('The overall verification status options are pass, fail, missing or review.', async () => {
    for (const scenario of ['income-passes', 'income-fails', 'income-missing', 'income-in-review']) {
      await play({ scenario, files: [['scan.pdf']] });
    }
    const found = bodies('verifications').map((body) => incomeOf(body).status);
    expect(found).toEqual(['pass', 'fail', 'missing', 'review']);
    const type = ringback.server.contract.callbacks.get('informed.verifications');
    const other = structuredClone(bodies('verifications')[0]);
    incomeOf(other).status = 'perhaps';
    expect(type?.validateStrict(other)).toMatchObject([{ code: 'enum' }]);
  });

  says(
    'The belongs_to node indicates which applicant (or the application overall) this verification applies to.',
    async () => {
      await play({ registered: { ...twoApplicants, verifications: { income: {}, bookout_sheet: {} } } });
      const { income, bookout_sheet } = bodies('verifications')[0].verifications;
      const owners = [...income, ...bookout_sheet].map(({ belongs_to }) => belongs_to);
      expect(owners).toEqual(['applicant1', 'applicant2', 'application']);
    },
  );

  says('The updated_at node provides a timestamp for the last update to this verification.', async () => {
    const { id } = await play();
    await ringback.advance('1h');
    await client.call('PUT', `applications/${id}`, {});
    await ringback.settle();
    const [first, second] = bodies('verifications').map((body) => incomeOf(body).updated_at);
    for (const time of [first, second]) expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000$/);
    expect(Date.parse(second) - Date.parse(first)).toBe(3_603_000);
  });

  says(
    'The description is a more "human-friendly" narrative of the current condition of the verification.',
    async () => {
      const scenarios = ['income-passes', 'income-fails', 'income-in-review', 'income-missing'];
      for (const scenario of scenarios) await play({ scenario, files: [['scan.pdf']] });
      expect(bodies('verifications').map((body) => incomeOf(body).description)).toEqual([
        "The applicant's income is in-line with what s/he stated.",
        'The documents do not satisfy the income verification.',
        'The documents for the income verification have to be looked at by a person.',
        'No acceptable document was found for the income verification.',
      ]);
    },
  );

  says(
    'More complex verifications, like income, will have a verification_questions section with overarching questions pertaining to determining its overall status.',
    async () => {
      const income = { period: 'monthly', amount: 900_000 };
      const applicant1 = { first_name: 'Jo', last_name: 'Boren' };
      await play({ registered: { applicants: { applicant1 } } });
      const { id } = await play({ registered: { applicants: { applicant1 } } });
      await client.call('PUT', `applications/${id}`, {
        applicants: { applicant1: { ...applicant1, income } },
      });
      await ringback.settle();
      const [plain, before, after] = bodies('verifications').map(incomeOf);
      for (const { verification_questions } of [plain, before, after]) {
        const [question] = Object.values<ControlBody>(verification_questions);
        expect(question).toMatchObject({
          question: expect.stringMatching(/\?$/),
          expected: expect.any(String),
          status: 'pass',
        });
      }
      expect([before.status, after.status]).toEqual(['pass', 'fail']);
      expect(
        acceptedBy(after).flatMap(({ document_questions }) => statusesOf(document_questions)),
      ).not.toContain('fail');
      expect(statusesOf(after.verification_questions)).toContain('fail');
    },
  );

  says(
    'The acceptable_documents object breaks down the document or documents that were used to satisfy the verification.',
    async () => {
      await play({ scenario: 'several-documents' });
      const { paystub, bank_statement } = incomeOf(bodies('verifications')[0]).acceptable_documents;
      expect([paystub.length, bank_statement.length]).toEqual([2, 1]);
    },
  );

  says(
    'Acceptable documents for clearing a verification have a structure designed to identify both the document itself, as well as details about the questions used to determine its impact on the overall verification status.',
    async () => {
      await play();
      const [document] = acceptedBy(incomeOf(bodies('verifications')[0]));
      expect(Object.keys(document)).toEqual([
        'document_id',
        'file_ids',
        'file_reference_ids',
        'category',
        'document_questions',
      ]);
      for (const question of Object.values<ControlBody>(document.document_questions)) {
        expect(Object.keys(question)).toEqual(['question', 'expected', 'answer', 'status']);
      }
    },
  );

  says(
    'The document will have its unique document_id present so you can reference it back to the extractions callback.',
    async () => {
      await play({ scenario: 'several-documents' });
      const extracted = documentsOf(bodies('extractions')[0]).map(({ document_id }) => document_id);
      const accepted = acceptedBy(incomeOf(bodies('verifications')[0])).map(({ document_id }) => document_id);
      expect(accepted).toEqual(extracted);
    },
  );

  says(
    'Each document will also contain a reference to the original file_ids … and file_reference_ids … (acceptable documents)',
    async () => {
      const { fileIds } = await play();
      expect(acceptedBy(incomeOf(bodies('verifications')[0]))).toMatchObject([
        { file_ids: fileIds, file_reference_ids: ['paystub.pdf'] },
      ]);
    },
  );

  says('The category node identifies the document grouping.', async () => {
    await play({ scenario: 'several-documents' });
    const { paystub, bank_statement } = incomeOf(bodies('verifications')[0]).acceptable_documents;
    expect([paystub[0].category, bank_statement[0].category]).toEqual([
      'Current Paystub',
      'Bank Statement(s) From Last Month',
    ]);
  });

  says('The heart and soul of the this section though, are the document_questions.', async () => {
    await play({ scenario: 'several-documents' });
    const accepted = acceptedBy(incomeOf(bodies('verifications')[0]));
    expect(accepted).toHaveLength(3);
    for (const { document_questions } of accepted)
      expect(Object.keys(document_questions).length).toBeGreaterThan(1);
  });

  says('This is what ultimately will determine the overall verification status.', async () => {
    await play({ scenario: 'income-passes' });
    await play({ scenario: 'income-fails' });
    const [passes, fails] = bodies('verifications').map(incomeOf);
    const questions = (verification: ControlBody): string[] =>
      acceptedBy(verification).flatMap(({ document_questions }) => statusesOf(document_questions));
    expect([passes.status, new Set(questions(passes))]).toEqual(['pass', new Set(['pass'])]);
    expect(fails.status).toBe('fail');
    expect(questions(fails)).toContain('fail');
  });

  says(
    'The document questions will vary by document type and can be modified to align with your verification needs.',
    async () => {
      await play({ scenario: 'several-documents' });
      const { paystub, bank_statement } = incomeOf(bodies('verifications')[0]).acceptable_documents;
      const names = [paystub[0], bank_statement[0]].map(({ document_questions }) =>
        Object.keys(document_questions),
      );
      expect(names[0]).toContain('matches_employer_name');
      expect(names[1]).toContain('has_excessive_overdrafts');
      expect(names[1]).not.toContain('matches_employer_name');
    },
  );
}
