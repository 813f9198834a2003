import type { CheckOptions } from '../../../src/check/check-options.ts';

/** What a consumer is started with. */
export interface Places {
  /** The ports of its callbacks and of its doors, which may be one. */
  readonly port: number;
  readonly doors: number;
  /** The port of the mock. */
  readonly mock: number;
  /** A folder of its own, where it was copied to. */
  readonly folder: string;
}

/** How a correct consumer is started and checked. */
export interface Base {
  /** Folder of its source. */
  readonly source: string;
  readonly command: readonly [string, ...string[]];
  /** Path of the endpoint. */
  readonly endpoint: string;
  readonly env: (places: Places) => Readonly<Record<string, string>>;
  readonly options: (places: Places) => CheckOptions;
  /** Whether it keeps its state when its process ends. */
  readonly survives: boolean;
  /** Whether it asks the provider for what it has not received. Default: true. */
  readonly polls?: false;
}

const secret = 'Bearer s3cret';
const otherSecret = 'Bearer 0ther-endpoint';
const bundled = ({ mock }: Places): Record<string, string> => ({
  DOCDIGITIZER_URL: `http://127.0.0.1:${mock}/docdigitizer`,
  INFORMED_URL: `http://127.0.0.1:${mock}/informed`,
});
const ports = ({ port, doors }: Places): Record<string, string> => ({
  PORT: String(port),
  DOORS_PORT: String(doors),
});
/** The doors of a consumer: where it submits, and where its state is. */
const through = ({ doors }: Places, drive: string, observe = '/state/{id}'): CheckOptions => ({
  drive: `http://127.0.0.1:${doors}${drive}`,
  observe: `http://127.0.0.1:${doors}${observe}`,
});

const python: Pick<Base, 'source' | 'command' | 'env' | 'survives'> = {
  source: 'examples/python-consumer',
  command: ['/usr/bin/python3', 'consumer.py'],
  env: (places) => ({
    ...bundled(places),
    PORT: String(places.port),
    DATABASE: `${places.folder}/consumer.db`,
    DOCUMENTS_AUTHORIZATION: secret,
    APPLICATIONS_AUTHORIZATION: otherSecret,
    POLL_SECONDS: '0.3',
  }),
  survives: true,
};
const fastify: Pick<Base, 'source' | 'command' | 'env' | 'survives'> = {
  source: 'examples/fastify-vitest',
  command: ['node', 'check/serve.ts'],
  env: (places) => ({ ...bundled(places), ...ports(places), CALLBACK_AUTHORIZATION: secret }),
  survives: false,
};

/** The correct consumers, each for one provider. */
export const bases: Readonly<Record<string, Base>> = {
  'python-documents': {
    ...python,
    endpoint: '/documents',
    options: ({ port }) => ({
      provider: 'docdigitizer',
      auth: secret,
      otherAuth: otherSecret,
      drive: `http://127.0.0.1:${port}/submit?file={fileName}`,
      observe: `http://127.0.0.1:${port}/state/{id}`,
    }),
  },
  'python-applications': {
    ...python,
    endpoint: '/applications',
    options: ({ port }) => ({
      provider: 'informed',
      auth: otherSecret,
      otherAuth: secret,
      drive: `http://127.0.0.1:${port}/apply?file={fileName}`,
      observe: `http://127.0.0.1:${port}/applications/{id}`,
    }),
  },
  'fastify-documents': {
    ...fastify,
    endpoint: '/documents',
    options: (places) => ({
      provider: 'docdigitizer',
      auth: secret,
      ...through(places, '/submit?file={fileName}'),
    }),
  },
  'fastify-applications': {
    ...fastify,
    endpoint: '/applications',
    options: (places) => ({
      provider: 'informed',
      auth: secret,
      ...through(places, '/apply?file={fileName}'),
    }),
  },
  'express-documents': {
    source: 'examples/express-jest',
    command: ['node', 'check/serve.js'],
    endpoint: '/callbacks/s3cret',
    env: (places) => ({ ...bundled(places), PORT: String(places.port) }),
    options: ({ port }) => ({
      provider: 'docdigitizer',
      drive: `http://127.0.0.1:${port}/submit`,
      observe: `http://127.0.0.1:${port}/state/{id}`,
    }),
    survives: false,
  },
  'node-applications': {
    source: 'examples/node-test',
    command: ['node', 'check/serve.ts'],
    endpoint: '/informed',
    env: (places) => ({ ...bundled(places), ...ports(places), CALLBACK_AUTHORIZATION: secret }),
    options: (places) => ({
      provider: 'informed',
      auth: secret,
      ...through(places, '/apply?file={fileName}'),
    }),
    survives: false,
    polls: false,
  },
  'payments-shop': {
    source: 'examples/payments',
    command: ['node', 'check/serve.ts'],
    endpoint: '/',
    env: (places) => ({ ...ports(places), PAYMENTS_URL: `http://127.0.0.1:${places.mock}` }),
    options: (places) => ({
      contract: `${places.folder}/openapi.yaml`,
      settings: { 'signing.secrets': ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] },
      ...through(places, '/pay'),
    }),
    survives: false,
    polls: false,
  },
  'python-asyncio': {
    source: 'test/check/gallery/python',
    command: ['/usr/bin/python3', 'asyncio-documents.py'],
    endpoint: '/callback',
    env: (places) => ({ ...bundled(places), PORT: String(places.port) }),
    options: ({ port }) => ({
      provider: 'docdigitizer',
      observe: `http://127.0.0.1:${port}/documents/{id}`,
    }),
    survives: false,
    polls: false,
  },
  'python-wsgi': {
    source: 'test/check/gallery/python',
    command: ['/usr/bin/python3', 'wsgi-documents.py'],
    endpoint: '/callback',
    env: (places) => ({
      ...bundled(places),
      PORT: String(places.port),
      STATE_FILE: `${places.folder}/state.json`,
    }),
    options: ({ port }) => ({
      provider: 'docdigitizer',
      settings: { 'docdigitizer.callbackVariant': 'documentStateV1' },
      drive: `http://127.0.0.1:${port}/submit?file={fileName}`,
      observe: `http://127.0.0.1:${port}/documents/{id}`,
    }),
    survives: true,
  },
};
