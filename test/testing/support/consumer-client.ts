import type { MockProvider } from '../../../src/testing/mock-provider.ts';
import { docdigitizerClient, informedClient } from '../../support/clients.ts';

/** Submits a small PDF to DocDigitizer as a consumer would. Returns the document's id. */
export async function submitDocument(
  provider: Pick<MockProvider, 'url' | 'inbox'>,
  to: string = provider.inbox().url,
): Promise<string> {
  const { status, body } = await docdigitizerClient(provider.url.base).submit({ callbackUrl: to });
  if (status !== 202) throw new Error(`Failed to submit: ${status} ${JSON.stringify(body)}`);
  return body.document_id;
}

/** Registers an application with Informed and uploads files to it. Returns its id. */
export async function submitApplication(
  provider: Pick<MockProvider, 'url' | 'inbox'>,
  files: readonly string[] = ['paystub.pdf'],
): Promise<string> {
  const client = informedClient(provider.url.base);
  const application = await client.register(provider.inbox().url);
  for (const file of files) await client.add(application, file);
  return application;
}
