import type { Resource } from '../../core/engine/records.ts';
import type { ProviderContext, ResourceView } from '../../core/provider/provider.ts';
import { applicationView, documentEntry } from './operations/get-application.ts';
import { readAs } from './resources.ts';

/** An application, or a document in one of its files, as `getApplication` shows it. */
export async function viewResource(
  resource: Resource,
  context: ProviderContext,
): Promise<ResourceView | null> {
  const application = readAs(resource, 'application');
  if (application !== undefined)
    return { collection: 'applications', view: await applicationView(application, context) };
  const document = readAs(resource, 'document');
  if (document === undefined || document.data.fileId === null) return null;
  const owner = readAs(await context.resources.get(document.data.applicationId), 'application');
  const file = readAs(await context.resources.get(document.data.fileId), 'file');
  if (owner === undefined) return null;
  return {
    collection: 'documents',
    view: {
      application_id: owner.id,
      ...documentEntry(owner, document, file === undefined ? [] : [file]),
      extracted_data: document.data.extracted,
    },
  };
}
