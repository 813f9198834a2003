import type { MockProvider } from '../../../src/testing/mock-provider.ts';
import { docdigitizerClient, informedClient } from '../../support/clients.ts';

/** Submits a small PDF to DocDigitizer as a consumer would. Returns the document's id. */
export async function submitDocument(
  provider: Pick<MockProvider, 'urls' | 'inbox'>,
  to: string = provider.inbox().url,
): Promise<string> {
  const { status, body } = await docdigitizerClient(provider.urls.base).submit({ callbackUrl: to });
  if (status !== 202) throw new Error(`Could not submit: ${status} ${JSON.stringify(body)}`);
  return body.document_id;
}

/** Registers an application with Informed and uploads files to it. Returns its id. */
export async function submitApplication(
  provider: Pick<MockProvider, 'urls' | 'inbox'>,
  files: readonly string[] = ['paystub.pdf'],
): Promise<string> {
  const client = informedClient(provider.urls.base);
  const application = await client.register(provider.inbox().url);
  for (const file of files) await client.add(application, file);
  return application;
}
