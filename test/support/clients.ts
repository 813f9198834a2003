import { expect } from 'vitest';
import type { ControlBody } from './ringback.ts';
import { smallPdf } from './test-server.ts';

/** How a client reaches the providers' API: `fetch`, or a wrapper that inspects all responses. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** A response of the API with its body. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ControlBody;
}

export interface FormFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A consumer's client of DocDigitizer. */
export interface DocdigitizerClient {
  call(method: string, path: string, init?: RequestInit): Promise<ApiAnswer>;
  /** Submits files to API v2; default: one small PDF. */
  submit(fields: Record<string, string>, options?: SubmitOptions): Promise<ApiAnswer>;
  /** The result of `getDocument`. */
  document(id: string): Promise<ControlBody>;
}

export interface SubmitOptions {
  readonly scenario?: string;
  readonly files?: readonly FormFile[];
  /** Default: that of API v2. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function docdigitizerClient(base: string, send: Send = fetch): DocdigitizerClient {
  const call: DocdigitizerClient['call'] = async (method, path, init = {}) => {
    const headers = { authorization: 'Bearer token', ...(init.headers as Record<string, string>) };
    return read(await send(`${base}/docdigitizer/api/${path}`, { ...init, method, headers }));
  };
  return {
    call,
    submit(
      fields,
      { scenario, files = [{ name: 'invoice.pdf', bytes: Buffer.from(smallPdf()) }], path, headers } = {},
    ) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      for (const { name, bytes } of files) {
        form.append('files', new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }), name);
      }
      return call('POST', path ?? 'v2/documents', {
        body: form,
        headers: { ...headers, ...named(scenario) },
      });
    },
    async document(id) {
      const { status, body } = await call('GET', `v2/documents/${id}`);
      expect(status).toBe(200);
      return body;
    },
  };
}

/** A consumer's client of Informed. */
export interface InformedClient {
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>;
  /** Registers an application, by default for both services. Returns its id. */
  register(webhook: string, more?: Readonly<Record<string, unknown>>, scenario?: string): Promise<string>;
  /** Announces files. Returns the name and upload URL of each. */
  announce(
    application: string,
    names: readonly string[],
    structured?: readonly Readonly<Record<string, string>>[],
  ): Promise<ControlBody>;
  upload(url: string, bytes?: Buffer, scenario?: string): Promise<ApiAnswer>;
  /** Announces and uploads one file. Returns its id. */
  add(application: string, name: string, bytes?: Buffer): Promise<string>;
  /** The result of `getApplication`. */
  application(id: string): Promise<ControlBody>;
}

export const registration = {
  application_reference_id: 'loan-1',
  application_date: '2029-12-28',
  services: ['extract', 'verify'],
  applicants: {
    applicant1: { first_name: 'Jo', last_name: 'Boren', income: { period: 'monthly', amount: 5200 } },
  },
};

export function informedClient(base: string, send: Send = fetch): InformedClient {
  const authorization = `Basic ${btoa('user:password')}`;
  const call: InformedClient['call'] = async (method, path, body, headers = {}) => {
    const init = {
      method,
      headers: {
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    return read(await send(`${base}/informed/v1/consumer/${path}`, init));
  };
  const client: InformedClient = {
    call,
    async register(webhook, more = {}, scenario) {
      const { status, body } = await call(
        'POST',
        'applications',
        { ...registration, webhook, ...more },
        named(scenario),
      );
      expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
      return body.application_id;
    },
    async announce(application, names, structured) {
      const { status, body } = await call('POST', `applications/${application}/documents`, {
        image_files: names,
        ...(structured !== undefined && { structured_data: structured }),
      });
      expect({ status, detail: body.detail }).toEqual({ status: 200, detail: undefined });
      return body;
    },
    upload: async (url, bytes = Buffer.from(smallPdf()), scenario) =>
      read(
        await send(url, {
          method: 'PUT',
          headers: { 'content-type': 'application/octet-stream', ...named(scenario) },
          body: new Uint8Array(bytes),
        }),
      ),
    async add(application, name, bytes) {
      const { image_files } = await client.announce(application, [name]);
      const { status, body } = await client.upload(image_files[0].upload_url, bytes);
      expect({ status, detail: body.detail }).toEqual({ status: 200, detail: undefined });
      return image_files[0].file_id;
    },
    async application(id) {
      const { status, body } = await call('GET', `applications/${id}`);
      expect(status).toBe(200);
      return body;
    },
  };
  return client;
}

function named(scenario: string | undefined): Record<string, string> {
  return scenario === undefined ? {} : { 'x-ringback-scenario': scenario };
}

async function read(answer: Response): Promise<ApiAnswer> {
  const text = await answer.text();
  const isJson = text !== '' && (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}
