import type { Client } from '../api/client.ts';
import { refusalOf } from '../api/refusal.ts';
import type { RequestForm } from './contract-forms.ts';

export interface Submission {
  readonly form: RequestForm;
  readonly values: Readonly<Record<string, string>>;
  readonly json: string;
  readonly files: readonly File[];
  /** Empty: the scenario is chosen as usual. */
  readonly scenario: string;
}

/** What the provider responded, and the runs that the submission started. */
export interface Submitted {
  readonly status: number;
  readonly text: string;
  readonly runs: readonly string[];
}

/**
 * Sends a submission as a consumer would.
 * @throws {Refusal} if the provider refuses it
 */
export async function submit(client: Client, submission: Submission): Promise<Submitted> {
  const { form, files } = submission;
  const response = await send(client, submission);
  const text = await response.text();
  const runs = runsOf(response);
  // Informed takes the files of an application one by one, after it is registered.
  if (form.id === 'registerApplication' && files.length > 0) {
    const { application_id: id } = JSON.parse(text) as { application_id: string };
    await addFiles(client, `${filledPath(submission)}/${id}/documents`, submission);
  }
  return { status: response.status, text, runs };
}

function send(client: Client, { form, values, json, files, scenario }: Submission): Promise<Response> {
  const headers: Record<string, string> = { ...form.credentials };
  if (scenario !== '') headers['x-ringback-scenario'] = scenario;
  const search = new URLSearchParams();
  const fields = new FormData();
  for (const { name, place } of form.fields) {
    const value = values[name] ?? '';
    if (value === '') continue;
    if (place === 'query') search.set(name, value);
    if (place === 'header') headers[name] = value;
    if (place === 'form') fields.append(name, value);
  }
  const fileField = form.fields.find(({ place }) => place === 'file');
  if (fileField !== undefined) for (const file of files) fields.append(fileField.name, file, file.name);
  let body: BodyInit | null = null;
  if (form.json !== null) {
    headers['content-type'] = form.mediaType ?? 'application/json';
    body = json;
  } else if (form.mediaType === 'application/x-www-form-urlencoded') {
    body = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]));
  } else if (form.mediaType !== null) {
    body = fields;
  }
  const query = search.size === 0 ? '' : `?${search}`;
  return accepted(
    client.callProvider(`${filledPath({ form, values })}${query}`, { method: form.method, headers, body }),
  );
}

function filledPath({ form, values }: Pick<Submission, 'form' | 'values'>): string {
  return form.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

async function addFiles(client: Client, path: string, { form, files }: Submission): Promise<void> {
  const announced = await accepted(
    client.callProvider(path, {
      method: 'POST',
      headers: { ...form.credentials, 'content-type': 'application/json' },
      body: JSON.stringify({ image_files: files.map(({ name }) => name) }),
    }),
  );
  const { image_files: tickets } = (await announced.json()) as {
    image_files: readonly { readonly upload_url: string }[];
  };
  for (const [index, file] of files.entries()) {
    // The URL names the host that consumers see; the page may call its own server only.
    const { pathname, search } = new URL(tickets[index]?.upload_url ?? '', location.href);
    await accepted(client.callProvider(below(client.base, pathname) + search, { method: 'PUT', body: file }));
  }
}

function below(base: string, path: string): string {
  return base !== '' && path.startsWith(base) ? path.slice(base.length) : path;
}

async function accepted(sending: Promise<Response>): Promise<Response> {
  const response = await sending;
  if (response.ok) return response;
  throw await refusalOf(response);
}

function runsOf({ headers }: Response): readonly string[] {
  return (headers.get('x-ringback-run') ?? '').split(/, */).filter((id) => id !== '');
}
