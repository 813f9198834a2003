import type { Application, RequestBody, ResponseBody } from 'ringback/types';

export type Registration = RequestBody<'registerApplication'>;

/** The few operations of Informed's API that this consumer needs. */
export class InformedClient {
  readonly #baseUrl: string;
  readonly #authorization: string;

  constructor(baseUrl: string, user: string, password: string) {
    this.#baseUrl = `${baseUrl}/v1/consumer/applications`;
    this.#authorization = `Basic ${btoa(`${user}:${password}`)}`;
  }

  /** Returns the application's id. */
  async register(registration: Registration): Promise<string> {
    const answer = await this.#call('', 'POST', registration);
    return ((await read(answer, 201)) as ResponseBody<'registerApplication', 201>).application_id;
  }

  /** Announces a file and uploads it. Returns its id. */
  async addFile(application: string, file: File): Promise<string> {
    const answer = await this.#call(`/${application}/documents`, 'POST', { image_files: [file.name] });
    const { image_files } = (await read(answer, 200)) as ResponseBody<'addDocuments', 200>;
    const [ticket] = image_files;
    if (ticket === undefined) throw new Error(`Could not announce ${file.name}: the answer has no ticket.`);
    await read(await fetch(ticket.upload_url, { method: 'PUT', body: file }), 200);
    return ticket.file_id;
  }

  /** Returns null for an application that is not there. */
  async get(id: string): Promise<Application | null> {
    const answer = await this.#call(`/${encodeURIComponent(id)}`, 'GET');
    return answer.status === 404 ? null : ((await read(answer, 200)) as Application);
  }

  #call(path: string, method: string, body?: object): Promise<Response> {
    const headers = { authorization: this.#authorization, 'content-type': 'application/json' };
    if (body === undefined) return fetch(this.#baseUrl + path, { method, headers });
    return fetch(this.#baseUrl + path, { method, headers, body: JSON.stringify(body) });
  }
}

async function read(answer: Response, expected: number): Promise<unknown> {
  if (answer.status === expected) return answer.json();
  throw new Error(`Could not call Informed: got status ${answer.status}, expected ${expected}.`);
}
