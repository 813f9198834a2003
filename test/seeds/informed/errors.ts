import { Readable } from 'node:stream';
import { expect } from 'vitest';
import {
  otherFiles,
  pdfFile,
  pdfStream,
  pngFile,
  protectedPdf,
  truncated,
} from '../../support/fixture-files.ts';
import type { Says } from '../says.ts';
import { bodies, client, consumer, eventTypes, expectError, incomeOf, play, ringback } from './stage.ts';

export function showErrors(says: Says): void {
  says(
    'If something goes wrong during the processing of the application such that a normal asynchronous callback cannot be returned, Informed will return an asynchronous error callback.',
    () =>
      expectError(
        ['a.png', truncated(pngFile())],
        "identify: no decode delegate for this image format `' @ error/constitute",
      ),
  );

  says(
    'Any and all stipulation defects identified during analysis will be present in the valid verifications callback response.',
    async () => {
      await play({ scenario: 'income-fails' });
      expect(eventTypes()).toEqual(['extractions', 'verifications']);
      const { status, recommendations } = incomeOf(bodies()[1]);
      expect(status).toBe('fail');
      expect(recommendations).not.toEqual([]);
      for (const text of recommendations) expect(text).toMatch(/Jo Boren.* must .*\.$/);
    },
  );

  says(
    'If you were to upload a corrupted file, password-protected file or non-image file (e.g., .txt file), then you should expect to receive an asynchronous callback response similar to the examples below, instead of the normal extractions response.',
    async () => {
      const files = [
        ['a.png', truncated(pngFile())],
        ['b.pdf', protectedPdf()],
        ['c.txt', otherFiles.txt],
      ] as const;
      const { fileIds } = await play({ files });
      expect(eventTypes()).toEqual(['error', 'error', 'error']);
      expect(bodies().map(({ file_id }) => file_id)).toEqual(fileIds);
    },
  );

  says('Generic issues: "unable to process this file"', async () => {
    await play({ scenario: 'unreadable' });
    expect(bodies().map(({ error_message }) => error_message)).toEqual(['unable to process this file']);
  });

  says(
    'Generic issues: "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png."',
    async () => {
      const message = 'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.';
      await expectError(['letter.txt', otherFiles.txt], message);
      await expectError(['named as a text.txt', pdfFile()], message);
      await expectError(['named as a.pdf', otherFiles.txt], message);
      consumer.forget();
      for (const name of ['a.pdf', 'a.tiff', 'a.jpeg', 'a.jpg', 'a.png']) await play({ files: [[name]] });
      expect(bodies('error')).toEqual([]);
    },
  );

  says('Corrupted file: "identify: no decode delegate for this image format `\' @ error/constitute"', () =>
    expectError(
      ['scan.png', truncated(pngFile())],
      "identify: no decode delegate for this image format `' @ error/constitute",
    ),
  );

  says('Password-protected file: "**** This file requires a password for access"', () =>
    expectError(['scan.pdf', protectedPdf()], '**** This file requires a password for access'),
  );

  says(
    'If you were to upload a file with dimensions of less than 100x100 pixels, then you should expect to receive an asynchronous callback response like the one below, instead of the normal extractions response.',
    async () => {
      await expectError(['a.png', pngFile(99, 100)], 'The image dimension is invalid.');
      await expectError(['a.png', pngFile(100, 99)], 'The image dimension is invalid.');
      consumer.forget();
      await play({ files: [['paystub.png', pngFile(100, 100)]] });
      expect(eventTypes()).toEqual(['extractions', 'verifications']);
    },
  );

  says(
    'If you were to upload a file over 80 MB in size, then you should expect to receive an asynchronous callback response like the one below, instead of the normal extractions response.',
    async () => {
      const limit = 80 * 1024 * 1024;
      const id = await client.register(`${consumer.url}/hook`, { services: ['extract'] });
      const { image_files } = await client.announce(id, ['at the limit.pdf', 'over it.pdf']);
      for (const [index, bytes] of [limit, limit + 1].entries()) {
        const body = Readable.toWeb(Readable.from(pdfStream(bytes), { objectMode: false }));
        await fetch(image_files[index].upload_url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
      }
      await ringback.settle();
      expect(eventTypes()).toEqual(['extractions', 'error']);
      expect(bodies()[1]).toEqual({
        event_type: 'error',
        application_id: id,
        application_reference_id: 'loan-1',
        error_message: 'The file size is too large. It should be less than 80MB.',
        file_id: image_files[1].file_id,
        file_reference_id: 'over it.pdf',
        webhook_url: `${consumer.url}/hook`,
      });
    },
  );

  says(
    'If the verifications process encounters an error, then you should expect to receive an asynchronous callback response like the one below, instead of the normal verifications response.',
    async () => {
      const { id } = await play({ scenario: 'verifications-delayed' });
      expect(eventTypes()).toEqual(['extractions', 'error']);
      expect(Object.entries(bodies()[1])).toEqual([
        ['event_type', 'error'],
        ['application_id', id],
        ['application_reference_id', 'loan-1'],
        ['webhook_url', `${consumer.url}/hook`],
        ['error_message', 'Verification response is delayed'],
      ]);
    },
  );

  says(
    'Note that the error message says the response is delayed, but in reality the verifications response will not be coming if you get this message.',
    async () => {
      await play({ scenario: 'verifications-delayed' });
      expect((await ringback.advance('30d')).jobs).toBe(0);
      expect(eventTypes()).toEqual(['extractions', 'error']);
    },
  );
}
