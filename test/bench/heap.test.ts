import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection, encode } from '../../bench/lib/client.ts';
import {
  authorization,
  documentsPath,
  encodeSubmission,
  onceAfter,
  onceAtOnce,
} from '../../bench/lib/docdigitizer-requests.ts';
import { type HeapServer, startHeapServer } from '../../bench/lib/heap.ts';
import {
  encodeAddDocuments,
  encodeRegistration,
  encodeUpload,
  extractedAtOnce,
} from '../../bench/lib/informed-requests.ts';
import { writePdf } from '../../bench/lib/pdf.ts';
import { createReceiver, type Receiver } from '../../bench/lib/receiver.ts';

/**
 * Limits what an operation allocates and keeps on the heap. Bytes vary by a few percent between machines, times by far
 * more. The limits are a tenth above the counted bytes: if you exceed one on purpose, raise it and say why.
 */
const file = writePdf(20_480);
const hour = 3_600_000;

const thousandCopies = `
name: bench
provider: docdigitizer
timeline:
  - { after: 0s, set: { state: 91, stateText: ANNOTATED }, callback: documentState }
faults:
  - { duplicate: { times: 1000, gap: 1h } }
`;

let server: HeapServer;
let receiver: Receiver;
let connection: Connection;
/** Resolves with the next callback. */
let called: () => Promise<void>;

beforeEach(async () => {
  receiver = await createReceiver();
  called = () =>
    new Promise((resolve) => {
      receiver.onCallback = () => {
        resolve();
        return undefined;
      };
    });
});

afterEach(async () => {
  connection.close();
  await server.stop();
  await receiver.close();
});

async function serve(scenarios: string): Promise<void> {
  server = await startHeapServer(scenarios);
  connection = new Connection(server.port);
}

async function send(request: Buffer): Promise<Buffer> {
  const { status, body } = await connection.send(request);
  if (status > 299) throw new Error(`Answered with ${status}: ${body.toString()}`);
  return body;
}

/** The cost of an operation once its code is compiled. */
async function warmCost(operation: () => Promise<void>): ReturnType<HeapServer['cost']> {
  for (let done = 0; done < 1_500; done++) await operation();
  return server.cost(operation, 500);
}

describe('the heap limit holds for', () => {
  test('a DocDigitizer document with its callback', async () => {
    await serve(onceAtOnce);
    const submission = encodeSubmission({ file, callbackUrl: receiver.url(1) });
    const cost = await warmCost(async () => {
      const callback = called();
      await send(submission);
      await callback;
    });
    expect(cost.allocated).toBeLessThan(112_000);
    expect(cost.kept).toBeLessThan(2_500);
  });

  test('a DocDigitizer document with a pending callback', async () => {
    await serve(onceAfter([hour]));
    const submission = encodeSubmission({ file, callbackUrl: receiver.url(1) });
    const cost = await warmCost(async () => void (await send(submission)));
    expect(cost.allocated).toBeLessThan(74_000);
    expect(cost.kept).toBeLessThan(1_400);
  });

  test('a thousand pending copies of a callback', async () => {
    await serve(thousandCopies);
    const submission = encodeSubmission({ file, callbackUrl: receiver.url(1) });
    const submit = async (): Promise<void> => {
      const firstCopy = called();
      await send(submission);
      await firstCopy;
    };
    for (let done = 0; done < 20; done++) await submit();
    const cost = await server.cost(submit, 20);
    expect(cost.kept / 1_000).toBeLessThan(320);
  });

  test('a response of getDocument', async () => {
    await serve(onceAtOnce);
    const { document_id: id } = JSON.parse((await send(encodeSubmission({ file }))).toString()) as {
      document_id: string;
    };
    const get = encode({ method: 'GET', path: `${documentsPath}/${id}`, headers: authorization });
    const cost = await warmCost(async () => void (await send(get)));
    expect(cost.allocated).toBeLessThan(32_000);
    expect(cost.kept).toBeLessThan(100);
  });

  test('an Informed document with its extractions', async () => {
    await serve(extractedAtOnce);
    const registration = encodeRegistration(receiver.url(1));
    const cost = await warmCost(async () => {
      const { application_id: id } = JSON.parse((await send(registration)).toString()) as {
        application_id: string;
      };
      const { image_files: tickets } = JSON.parse((await send(encodeAddDocuments(id))).toString()) as {
        image_files: { upload_url: string }[];
      };
      const callback = called();
      await send(encodeUpload(tickets[0]?.upload_url ?? '', file));
      await callback;
    });
    expect(cost.allocated).toBeLessThan(240_000);
    expect(cost.kept).toBeLessThan(14_000);
  });
});
