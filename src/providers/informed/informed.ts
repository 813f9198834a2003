import type { Provider } from '../../core/provider/provider.ts';
import type { SettingsOf } from '../../core/settings.ts';
import { authorize } from './authorize.ts';
import { contradictCallback } from './contradict-callback.ts';
import { addDocuments } from './operations/add-documents.ts';
import { downloadDocument } from './operations/download-document.ts';
import { getApplication } from './operations/get-application.ts';
import { listApplications } from './operations/list-applications.ts';
import { registerApplication } from './operations/register-application.ts';
import { updateApplication } from './operations/update-application.ts';
import { uploadFile } from './operations/upload-file.ts';
import { expandOutcome } from './outcome.ts';
import { performStep } from './perform-step.ts';
import { rehearse } from './rehearsal.ts';
import { providerName, readAs } from './resources.ts';
import { sampleCallback } from './sample-callback.ts';
import { informedLanguage } from './scenario-language.ts';
import { informedSettings } from './settings.ts';
import { viewResource } from './view-resource.ts';
import { callbackHeaders } from './webhook.ts';

declare module '../../core/settings.ts' {
  interface SettingTypes extends SettingsOf<typeof informedSettings> {}
}

/**
 * Informed's application webhooks: files of an application are extracted, then verified together
 * (https://docs.informediq.com, "Async callback responses").
 */
export const informed: Provider = {
  name: providerName,
  settings: informedSettings,
  language: informedLanguage,
  retryPolicy: (settings) => ({
    delaysMs: settings['informed.retryDelays'],
    on: settings['informed.retryOn'],
    timeoutMs: settings['informed.attemptTimeout'],
    retryAfterMaxMs: settings['informed.retryAfterMax'],
  }),
  defaultScenario: 'informed/complete',
  answerRules: (settings) => ({ httpsOnly: settings['informed.strict'] }),
  callbackHeaders,
  realUrl: 'https://api.informediq.com',
  sampleCallback,
  operations: {
    registerApplication,
    updateApplication,
    listApplications,
    getApplication,
    addDocuments,
    uploadFile,
    downloadDocument,
  },
  operationsWithoutRun: ['listApplications'],
  choosingOperations: ['registerApplication', 'uploadFile'],
  expandOutcome,
  authorize,
  performStep,
  contradict: contradictCallback,
  rehearse,
  collections: ['applications'],
  viewResource,
  dependentResources: (resource) => {
    const application = readAs(resource, 'application');
    return application === undefined ? [] : [...application.data.fileIds, ...application.data.documentIds];
  },
};
