import type { Scenario } from '../../src/core/scenario/scenario.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { registration } from '../support/clients.ts';
import { parseScenarios } from '../support/parse-scenarios.ts';
import type { TestRingback } from '../support/ringback.ts';
import { smallPdf } from '../support/test-server.ts';
import { type RawAnswer, type RawRequest, sendRaw, split } from './raw-exchange.ts';

const providers = bundledProviders;

/** Scripts of a space, on top of the shipped ones. */
export function play(mock: TestRingback, yaml: string, space = 'default'): readonly Scenario[] {
  const { contract, spaces } = mock.server;
  const scenarios = parseScenarios(yaml, { file: 'test.yaml', contract, providers });
  spaces.get(space).scenarios.put(scenarios);
  return scenarios;
}

/** One provider's submission and GET, so that both providers run the same tests. */
export interface Subject {
  readonly provider: 'docdigitizer' | 'informed';
  readonly submission: string;
  readonly get: string;
  submit(scenario?: string): RawRequest;
  read(id: string): RawRequest;
  /** Id of what a submission created, from its response. */
  idOf(answer: RawAnswer): string;
}

const boundary = 'xxBOUNDARYxx';
const form = [
  `--${boundary}\r\n`,
  'Content-Disposition: form-data; name="files"; filename="invoice.pdf"\r\n',
  'Content-Type: application/pdf\r\n\r\n',
  smallPdf(),
  `\r\n--${boundary}--\r\n`,
].join('');

function named(scenario: string | undefined): Record<string, string> {
  return scenario === undefined ? {} : { 'x-ringback-scenario': scenario };
}

export const subjects: readonly Subject[] = [
  {
    provider: 'docdigitizer',
    submission: 'submitDocument',
    get: 'getDocument',
    submit: (scenario) => ({
      method: 'POST',
      path: '/docdigitizer/api/v2/documents',
      headers: {
        authorization: 'Bearer token',
        'content-type': `multipart/form-data; boundary=${boundary}`,
        ...named(scenario),
      },
      body: form,
    }),
    read: (id) => ({
      method: 'GET',
      path: `/docdigitizer/api/v2/documents/${id}`,
      headers: { authorization: 'Bearer token' },
    }),
    idOf: ({ bytes }) => JSON.parse(split(bytes).body).document_id,
  },
  {
    provider: 'informed',
    submission: 'registerApplication',
    get: 'getApplication',
    submit: (scenario) => ({
      method: 'POST',
      path: '/informed/v1/consumer/applications',
      headers: {
        authorization: `Basic ${btoa('user:password')}`,
        'content-type': 'application/json',
        ...named(scenario),
      },
      body: JSON.stringify({ ...registration, webhook: 'http://127.0.0.1:9/' }),
    }),
    read: (id) => ({
      method: 'GET',
      path: `/informed/v1/consumer/applications/${id}`,
      headers: { authorization: `Basic ${btoa('user:password')}` },
    }),
    idOf: ({ bytes }) => JSON.parse(split(bytes).body).application_id,
  },
];

/** A scenario named `faulty` of a provider, with this `respond`. */
export function faulty({ provider }: Subject, respond: string): string {
  const outcome = provider === 'docdigitizer' ? '{ final: annotated }' : '{ extraction: ok }';
  return `name: faulty\nprovider: ${provider}\noutcome: ${outcome}\nrespond:\n  - ${respond}\n`;
}

/** Submits under the scenario `faulty`. */
export function submit(mock: TestRingback, subject: Subject): Promise<RawAnswer> {
  return sendRaw(mock.server.port, subject.submit('faulty'));
}

/** Submits without naming a scenario. */
export function submitPlain(mock: TestRingback, subject: Subject): Promise<RawAnswer> {
  return sendRaw(mock.server.port, subject.submit());
}

/** Submits under the scenario `faulty`, whose `respond` must not affect submissions, and returns the created id. */
export async function submitted(mock: TestRingback, subject: Subject): Promise<() => Promise<RawAnswer>> {
  const id = subject.idOf(await submit(mock, subject));
  return () => sendRaw(mock.server.port, subject.read(id));
}
