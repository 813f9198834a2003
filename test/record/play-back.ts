import { play } from '../../src/cli/play.ts';
import type { Delivery } from '../../src/core/engine/deliveries/delivery.ts';
import { defaultSettings } from '../../src/core/settings.ts';
import { type Catalogue, loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { draftRecording } from '../../src/record/draft-recording.ts';
import type { RecordedRequest } from '../../src/record/recorded-request.ts';
import { startRecorder } from '../../src/record/recorder.ts';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { fileWith } from '../providers/contract/support.ts';
import { closeAfterwards } from '../support/closing.ts';
import type { Consumer, ConsumerRequest } from '../support/consumer.ts';
import { contractFile, type PrintShop, type Sending } from './print-shop.ts';

/** Records what a provider sends to a consumer. */
export async function recordFrom(
  shop: PrintShop,
  consumer: Pick<Consumer, 'url'>,
  sendings: readonly Sending[],
): Promise<readonly RecordedRequest[]> {
  const requests: RecordedRequest[] = [];
  const recorder = await startRecorder({
    to: new URL(consumer.url),
    port: 0,
    host: '127.0.0.1',
    insecure: false,
    now: () => shop.now,
    onRequest: (request) => requests.push(request),
  });
  closeAfterwards(recorder.close);
  await shop.send(recorder.url, sendings);
  await recorder.close();
  return requests;
}

/** The scenario of a recording. */
export async function draftOf(requests: readonly RecordedRequest[], catalogue?: Catalogue) {
  const { contract } = catalogue ?? (await loadCatalogue(contractFile));
  return draftRecording({
    requests,
    contract,
    provider: null,
    hasExchange: true,
    name: 'recorded',
    intro: ['Recorded.'],
    schema: './scenario.schema.json',
  });
}

/** Plays a scenario for a consumer. */
export async function playBack(text: string, { url }: Pick<Consumer, 'url'>): Promise<readonly Delivery[]> {
  const catalogue = await loadCatalogue(contractFile);
  const scenarios = await loadScenarios(catalogue, [fileWith(text, 'recorded.yaml')]);
  const { deliveries } = await play({
    ...catalogue,
    what: 'recorded',
    scenarios,
    settings: defaultSettings(catalogue.providers),
    seed: 1,
    method: null,
    files: null,
    callbackHeaders: {},
    callbackUrl: `${url}/hook`,
    allow: createAddressPolicy([]),
    insecure: false,
    instant: true,
    now: Date.UTC(2030, 0, 1),
    speed: 1,
    onAttempt: () => undefined,
  });
  return deliveries;
}

/** Requests as a consumer got them, with ids and times replaced, and without what the transport adds. */
export function essence(requests: readonly ConsumerRequest[]) {
  return requests.map(({ method, url, headers, body }) => {
    const own = Object.entries(headers).filter(
      ([name]) => !/^(?:host|connection|accept.*|traceparent|x-ringback-callback)$/.test(name),
    );
    return {
      method,
      url: plainIds(url),
      headers: Object.fromEntries(own.map(([name, value]) => [name, signed(name, String(value))]).toSorted()),
      body: plainIds(body.toString('latin1')),
    };
  });
}

function signed(name: string, value: string): string {
  if (name === 'x-print-signature') return value.replace(/[0-9a-f]{64}/, 'SIGNATURE');
  if (name === 'x-print-timestamp') return 'TIME';
  return name === 'content-length' ? 'LENGTH' : plainIds(value);
}

function plainIds(text: string): string {
  return text
    .replace(/ord_[a-z0-9]+/g, 'ORDER')
    .replace(/evt_[\w-]+/g, 'EVENT')
    .replace(/\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:\.\d+)?Z/g, 'TIME')
    .replace(/(?<=InvoiceId=)[\w-]+/g, 'INVOICE');
}
