import { docdigitizerClient, informedClient } from '../support/clients.ts';
import type { RawRequest } from '../support/raw-receiver.ts';
import type { ControlBody, TestRingback } from '../support/ringback.ts';

/** A way in which callbacks travel. */
export interface Carrier {
  readonly name: 'GET callback' | 'POST callback' | 'JSON webhook';
  readonly provider: 'docdigitizer' | 'informed';
  /** True when a callback carries its data in the query string. */
  readonly isQuery: boolean;
  /** Base of every script: two callbacks, `first` after 1 s and `last` some seconds later. */
  readonly script: Readonly<Record<string, unknown>>;
  /** A fault's `on` that selects one of the two. */
  readonly on: Readonly<Record<'first' | 'last', object>>;
  /** Header by which the consumer authenticates the provider, in lower case. */
  readonly credentials: string;
  /** Starts a run whose callbacks go to the receiver; `early` precedes its last request. */
  submit(ringback: TestRingback, receiver: { port: number }, scenario: string): Promise<Submission>;
  /** Which of the two callbacks the request is. */
  which(request: RawRequest): string;
  /** The data of the callback. */
  said(request: RawRequest): ControlBody;
}

export interface Submission {
  /** The same data as the provider's API shows it now. */
  show(): Promise<ControlBody>;
  /** The progress that the API shows, in a few words. */
  truth(): Promise<string>;
}

function stateCallbacks(method: 'GET' | 'POST'): Carrier {
  return {
    name: `${method} callback`,
    provider: 'docdigitizer',
    isQuery: true,
    script: { outcome: { final: 'annotated' }, timings: { machineLearning: '1s', final: '5s' } },
    on: { first: { callback: 'documentState', state: 30 }, last: { state: 'ANNOTATED' } },
    credentials: method === 'GET' ? 'authorization' : 'x-api-key',
    async submit(ringback, { port }, scenario) {
      const client = docdigitizerClient(ringback.url);
      const fields =
        method === 'GET'
          ? { callbackUrl: `http://user:secret@127.0.0.1:${port}/hook?tenant=7` }
          : {
              callbackUrl: `http://127.0.0.1:${port}/hook?tenant=7`,
              callback_method: 'POST',
              'callback_headers[X-Api-Key]': 'secret',
            };
      const { status, body } = await client.submit(fields, { scenario });
      if (status !== 202) throw new Error(`The submission is refused: ${JSON.stringify(body)}`);
      const show = () => client.document(body.document_id);
      return { show, truth: async () => (await show()).stateText };
    },
    which: ({ query }) => query.get('stateText') ?? '',
    said: ({ query }) => Object.fromEntries(query),
  };
}

const webhooks: Carrier = {
  name: 'JSON webhook',
  provider: 'informed',
  isQuery: false,
  script: {
    outcome: { verifications: { income: 'pass' } },
    timings: { extraction: '1s', quiet: '4s' },
    settings: { 'informed.endpointAuthorization': 'Basic c2VjcmV0' },
  },
  on: { first: { event_type: 'extractions' }, last: { callback: 'verifications' } },
  credentials: 'authorization',
  async submit(ringback, { port }, scenario) {
    const client = informedClient(ringback.url);
    const id = await client.register(`http://127.0.0.1:${port}/hook?tenant=7`, {}, scenario);
    await client.add(id, 'paystub.pdf');
    const show = () => client.application(id);
    return {
      show,
      async truth() {
        const { files, verifications } = await show();
        return verifications.income === undefined ? files[0].status : verifications.income[0].status;
      },
    };
  },
  which: (request) => webhooks.said(request).event_type,
  said: ({ body }) => JSON.parse(body.toString('utf8')),
};

export const carriers: readonly Carrier[] = [stateCallbacks('GET'), stateCallbacks('POST'), webhooks];
