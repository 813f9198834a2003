import type { MockProvider } from 'ringback';

/** Submits a document as a consumer's code would. */
export async function submit(provider: MockProvider): Promise<void> {
  const form = new FormData();
  form.append('callbackUrl', provider.inbox().url);
  form.append('files', new Blob(['not a PDF']), 'invoice.rejected.pdf');
  const answer = await fetch(`${provider.urls.docdigitizer}/api/v2/documents`, {
    method: 'POST',
    headers: { authorization: 'Bearer token' },
    body: form,
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
}
