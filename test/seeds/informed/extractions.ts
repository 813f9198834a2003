import { expect } from 'vitest';
import { pdfFile, pngFile, tiffFile } from '../../support/fixture-files.ts';
import type { Says } from '../says.ts';
import { bodies, consumer, documentsOf, play, ringback } from './stage.ts';

export function showExtractions(says: Says): void {
  says(
    'The extraction service provides the extracted data from the document types found in a submitted image file.',
    async () => {
      await play({ files: [['paystub.pdf'], ['bank.png', pngFile()]] });
      const [paystub, statement] = bodies('extractions').map((body) => body.documents);
      expect(paystub.paystub[0].extracted_data).toMatchObject({
        applicants: { applicant1: { first_name: 'Jo', last_name: 'Boren' } },
        gross_pay: expect.any(Number),
      });
      expect(statement.bank_statement[0].extracted_data).toHaveProperty('applicants.applicant1');
    },
  );

  says(
    'Bear in mind that Informed can separate out multiple documents from a single PDF or TIFF file.',
    async () => {
      await play({
        scenario: 'several-documents',
        files: [
          ['scan.pdf', pdfFile()],
          ['scan.tiff', tiffFile()],
        ],
      });
      const found = bodies('extractions').map((body) => documentsOf(body).length);
      expect(found).toEqual([3, 3]);
    },
  );

  says(
    'At the present time, you will receive one extraction callback per original file submitted (provided you specify the extract service when registering the application).',
    async () => {
      const files = [['a.pdf'], ['b.pdf'], ['c.pdf']] as const;
      const { fileIds } = await play({ files });
      expect(bodies('extractions').map((body) => documentsOf(body)[0].file_ids)).toEqual(
        fileIds.map((id) => [id]),
      );
      consumer.forget();
      await play({ files, registered: { services: ['verify'] } });
      expect(bodies('extractions')).toEqual([]);
    },
  );

  says(
    'While you will only receive one extraction callback per original file submitted, if that single file contains multiple documents of different types, you can expect to receive a response containing multiple classified documents and the associated extracted data (see the example below).',
    async () => {
      await play({ scenario: 'several-documents' });
      const [extractions, ...others] = bodies('extractions');
      expect(others).toEqual([]);
      expect(Object.keys(extractions.documents)).toEqual(['paystub', 'bank_statement']);
      for (const document of documentsOf(extractions)) {
        expect(document).toMatchObject({
          data_action: 'create',
          extracted_data: { applicants: expect.any(Object) },
        });
      }
    },
  );

  says(
    'The application_id will be the same one provided in the synchronous response to the original application registration.',
    async () => {
      const { id } = await play();
      expect(bodies('extractions')[0].application_id).toBe(id);
    },
  );

  says(
    'The application_reference_id will be the same reference id that you provided when you registered the application.',
    async () => {
      await play({ registered: { application_reference_id: 'mine-7' } });
      expect(bodies('extractions')[0].application_reference_id).toBe('mine-7');
    },
  );

  says(
    'The documents object will contain keys for each document classification type encountered in the file.',
    async () => {
      await play();
      await play({ scenario: 'several-documents' });
      expect(bodies('extractions').map(({ documents }) => Object.keys(documents))).toEqual([
        ['paystub'],
        ['paystub', 'bank_statement'],
      ]);
    },
  );

  says(
    'Each of those document types will contain a list of the documents of that type found in the file.',
    async () => {
      await play({ scenario: 'several-documents' });
      const { paystub, bank_statement } = bodies('extractions')[0].documents;
      expect([paystub.length, bank_statement.length]).toEqual([2, 1]);
    },
  );

  says('Every individual derived document identified will receive a unique document_id.', async () => {
    await play({ scenario: 'several-documents', files: [['a.pdf'], ['b.pdf']] });
    const ids = bodies('extractions').flatMap((body) =>
      documentsOf(body).map(({ document_id }) => document_id),
    );
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });

  says(
    'Every individual derived document will also contain a reference to the original file_ids (from the synchronous response) and file_reference_ids (the file name you assigned at the time of upload).',
    async () => {
      const { fileIds } = await play({ scenario: 'several-documents', files: [['a.pdf'], ['b.pdf']] });
      const callbacks = bodies('extractions');
      expect(callbacks).toHaveLength(2);
      for (const [index, body] of callbacks.entries()) {
        for (const document of documentsOf(body)) {
          expect(document.file_ids).toEqual([fileIds[index]]);
          expect(document.file_reference_ids).toEqual([['a.pdf', 'b.pdf'][index]]);
        }
      }
    },
  );

  says(
    'The url provided for each derived document is a time-bound, pre-signed S3 URL, which you can use via a GET call to retrieve the indexed document image.',
    async () => {
      const png = pngFile();
      await play({ files: [['paystub.png', png]] });
      const url = new URL(documentsOf(bodies('extractions')[0])[0].url);
      expect([...url.searchParams.keys()].sort()).toEqual(
        expect.arrayContaining(['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature']),
      );
      const inTime = await fetch(url);
      expect(inTime.headers.get('content-type')).toBe('image/png');
      expect(Buffer.from(await inTime.arrayBuffer()).equals(png)).toBe(true);
      const forged = new URL(url);
      forged.searchParams.set('X-Amz-Signature', 'abc');
      expect((await fetch(forged)).status).toBe(403);
      await ringback.advance('2h');
      const late = await fetch(url);
      expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    },
  );
}
