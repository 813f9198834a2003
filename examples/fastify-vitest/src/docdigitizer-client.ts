import type { DocumentResource, ResponseBody } from 'ringback/types';

/** The few operations of DocDigitizer's API v2 that this consumer needs. */
export class DocDigitizerClient {
  readonly #baseUrl: string;
  readonly #token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  /** Returns the document's id. */
  async submit(file: File, callbackUrl: string, authorization: string): Promise<string> {
    const form = new FormData();
    form.append('files', file);
    form.append('callbackUrl', callbackUrl);
    // Only a POST carries headers of ours, and so credentials.
    form.append('callback_method', 'POST');
    form.append('callback_headers[Authorization]', authorization);
    const answer = await this.#call('documents', { method: 'POST', body: form });
    if (answer.status !== 202) throw new Error(`Could not submit ${file.name}: status ${answer.status}.`);
    return ((await answer.json()) as ResponseBody<'submitDocument', 202>).document_id;
  }

  /** Returns null for a document that is not there. */
  async get(id: string): Promise<DocumentResource | null> {
    const answer = await this.#call(`documents/${encodeURIComponent(id)}`);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`Could not get the document ${id}: status ${answer.status}.`);
    return (await answer.json()) as DocumentResource;
  }

  #call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}` };
    return fetch(`${this.#baseUrl}/api/v2/${path}`, { ...init, headers });
  }
}
