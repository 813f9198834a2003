import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, expect } from 'vitest';
import { type InformedClient, informedClient } from '../../support/clients.ts';
import { type Consumer, jsonOf, startConsumer } from '../../support/consumer.ts';
import { type ControlBody, startRingback, type TestRingback } from '../../support/ringback.ts';

export let ringback: TestRingback;
export let consumer: Consumer;
export let client: InformedClient;

/** Starts them before the tests of a file, and empties them before each. */
export function useStage(): void {
  beforeAll(async () => {
    ringback = await startRingback({
      scenarios: [fileURLToPath(new URL('../scenarios.yaml', import.meta.url))],
    });
    consumer = await startConsumer();
    client = informedClient(ringback.url);
  });
  beforeEach(async () => {
    await ringback.reset();
    consumer.forget();
  });
}

export const bodies = (type?: string): ControlBody[] =>
  consumer.requests
    .map((request) => jsonOf(request))
    .filter((body) => type === undefined || body.event_type === type);
export const eventTypes = (): string[] => bodies().map((body) => body.event_type);

interface Play {
  readonly files?: readonly (readonly [name: string, bytes?: Buffer])[];
  readonly registered?: Readonly<Record<string, unknown>>;
  readonly scenario?: string;
}

/** Registers an application, uploads its files and plays everything. */
export async function play({ files = [['paystub.pdf']], registered, scenario }: Play = {}) {
  const id = await client.register(`${consumer.url}/hook`, registered, scenario);
  const fileIds: string[] = [];
  for (const [name, bytes] of files) fileIds.push(await client.add(id, name, bytes));
  await ringback.settle();
  return { id, fileIds };
}

/** The attempts of the one delivery of an application that is extracted only. */
export async function attempts(): Promise<ControlBody[]> {
  await ringback.control('POST', 'reset');
  await play({ registered: { services: ['extract'] } });
  const [delivery, ...others] = await ringback.deliveries();
  expect(others).toEqual([]);
  return delivery.attempts;
}

export async function expectError(
  file: readonly [name: string, bytes?: Buffer],
  message: string,
): Promise<void> {
  consumer.forget();
  const { id, fileIds } = await play({ files: [file] });
  expect(bodies()).toEqual([
    {
      event_type: 'error',
      application_id: id,
      application_reference_id: 'loan-1',
      error_message: message,
      file_id: fileIds[0],
      file_reference_id: file[0],
      webhook_url: `${consumer.url}/hook`,
    },
  ]);
}

export const twoApplicants = {
  applicants: {
    applicant1: { first_name: 'Jo', last_name: 'Boren' },
    applicant2: { first_name: 'Lucinda', last_name: 'Bonadio' },
  },
};
export const codes = (attempt: ControlBody): string[] =>
  attempt.violations.map(({ code }: ControlBody) => code);
export const documentsOf = (body: ControlBody): ControlBody[] =>
  Object.values<ControlBody[]>(body.documents).flat();
export const incomeOf = (body: ControlBody): ControlBody => body.verifications.income[0];
export const acceptedBy = (verification: ControlBody): ControlBody[] =>
  Object.values<ControlBody[]>(verification.acceptable_documents).flat();
export const statusesOf = (questions: ControlBody = {}): string[] =>
  Object.values<ControlBody>(questions).map(({ status }) => status);
