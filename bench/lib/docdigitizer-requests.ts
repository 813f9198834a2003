import { encode, type RawRequest } from './client.ts';

export const documentsPath = '/docdigitizer/api/v2/documents';
export const authorization = { authorization: 'Bearer bench' };

/** Scenario `bench`: a callback after each delay, in milliseconds from the response, ascending. */
export function onceAfter(delays: readonly number[]): string {
  const steps = delays.map((delay, i) => {
    const wait = delay - (delays[i - 1] ?? 0);
    return `  - { after: ${wait}ms, set: { state: 91, stateText: ANNOTATED }, callback: documentState }\n`;
  });
  return `\nname: bench\nprovider: docdigitizer\ntimeline:\n${steps.join('')}`;
}

/** Scenario `bench`: the final callback right after the submission. */
export const onceAtOnce = onceAfter([0]);

export interface Submission {
  readonly file: Buffer;
  readonly fileName?: string;
  /** Default: none, so no callback is sent. */
  readonly callbackUrl?: string;
  /** Default `bench`; null: the file name or the default decides. */
  readonly scenario?: string | null;
  readonly path?: string;
}

const boundary = 'ringback-bench-boundary';

/** A multipart submission of one file. */
export function submission({
  file,
  fileName = 'invoice.pdf',
  callbackUrl,
  scenario = 'bench',
  path = documentsPath,
}: Submission): RawRequest {
  const part = (headers: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`;
  const url = callbackUrl === undefined ? '' : `${part('name="callbackUrl"')}${callbackUrl}\r\n`;
  const head = `${url}${part('name="document_class"')}invoice\r\n${part(`name="files"; filename="${fileName}"\r\nContent-Type: application/pdf`)}`;
  return {
    method: 'POST',
    path,
    headers: {
      ...authorization,
      ...(scenario !== null && { 'x-ringback-scenario': scenario }),
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

/** The bytes of {@link submission}. */
export function encodeSubmission(parts: Submission): Buffer {
  return encode(submission(parts));
}
