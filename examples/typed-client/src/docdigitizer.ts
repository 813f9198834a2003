import createClient, { type Client } from 'openapi-fetch';
import type { DocumentResource, ProviderPaths, RequestBody } from 'ringback/types';

export interface DocDigitizerOptions {
  /** Default `https://api.docdigitizer.com`. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  /** How to wait, for tests. Default: real time. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A client of DocDigitizer's API v2 whose paths, parameters, bodies and answers are those of the contract. */
export class DocDigitizer {
  readonly #client: Client<ProviderPaths<'docdigitizer'>>;
  readonly #apiKey: string;
  readonly #wait: (ms: number) => Promise<void>;
  #token: string | null = null;

  constructor({ baseUrl = 'https://api.docdigitizer.com', apiKey, wait = realTime }: DocDigitizerOptions) {
    this.#client = createClient<ProviderPaths<'docdigitizer'>>({ baseUrl });
    this.#apiKey = apiKey;
    this.#wait = wait;
  }

  /** Submits a document. Returns its id. */
  async submit(file: File, fields: Omit<RequestBody<'submitDocument'>, 'files'> = {}): Promise<string> {
    const headers = await this.#headers();
    const { data, response } = await this.#patiently(() =>
      this.#client.POST('/api/v2/documents', {
        headers,
        body: { ...fields, files: [file] },
        bodySerializer: toForm,
      }),
    );
    if (data === undefined) throw new Error(`Could not submit ${file.name}: status ${response.status}.`);
    return data.document_id;
  }

  /** Returns null for a document that is not there. */
  async document(id: string): Promise<DocumentResource | null> {
    const headers = await this.#headers();
    const { data, response } = await this.#patiently(() =>
      this.#client.GET('/api/v2/documents/{docid}', { headers, params: { path: { docid: id } } }),
    );
    if (response.status === 404) return null;
    if (data === undefined) throw new Error(`Could not get the document ${id}: status ${response.status}.`);
    return data;
  }

  async #headers(): Promise<{ authorization: string }> {
    if (this.#token === null) {
      const { data, response } = await this.#client.POST('/api/v2/authenticate', {
        headers: { authorization: this.#apiKey },
      });
      if (data === undefined) throw new Error(`Could not authenticate: status ${response.status}.`);
      this.#token = data.accessToken;
    }
    return { authorization: `Bearer ${this.#token}` };
  }

  /** Tries up to four times while the provider says that it is busy, for as long as it says. */
  async #patiently<T extends { readonly response: Response }>(request: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const result = await request();
      const isBusy = result.response.status === 429 || result.response.status === 503;
      if (!isBusy || attempt === 4) return result;
      await this.#wait(Number(result.response.headers.get('retry-after') ?? 1) * 1_000);
    }
  }
}

function toForm(body: RequestBody<'submitDocument'>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value)) for (const file of value) form.append(name, file);
    else if (typeof value === 'object' && value !== null)
      for (const [key, text] of Object.entries(value)) form.append(`${name}[${key}]`, String(text));
    else if (value !== undefined) form.append(name, String(value));
  }
  return form;
}

function realTime(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
