import type { Provider } from '../../core/provider/provider.ts';
import type { SettingsOf } from '../../core/settings.ts';
import { authenticate, authorize } from './authorize.ts';
import { contradictState } from './contradict-state.ts';
import { documentData, providerName } from './document.ts';
import { documentStates } from './document-states.ts';
import { documentView } from './document-view.ts';
import { expandOutcome } from './expand-outcome.ts';
import { annotateDocument, getDocumentAssets, getDocumentV1, getTask, listTasks } from './operations-v1.ts';
import { getDocument, submitDocument } from './operations-v2.ts';
import { rehearse } from './rehearsal.ts';
import { sampleCallback } from './sample-callback.ts';
import { docdigitizerLanguage } from './scenario-language.ts';
import { docdigitizerSettings } from './settings.ts';
import { performStep } from './state-callback.ts';

declare module '../../core/settings.ts' {
  interface SettingTypes extends SettingsOf<typeof docdigitizerSettings> {}
}

/** DocDigitizer: documents and their state callbacks, API v2 and v1. */
export const docdigitizer: Provider = {
  name: providerName,
  settings: docdigitizerSettings,
  language: docdigitizerLanguage,
  retryPolicy: (settings) => ({
    delaysMs: settings['docdigitizer.retryDelays'],
    on: settings['docdigitizer.retryOn'],
    timeoutMs: settings['docdigitizer.attemptTimeout'],
    retryAfterMaxMs: settings['docdigitizer.retryAfterMax'],
  }),
  defaultScenario: `${providerName}/annotated`,
  realUrl: 'https://api.docdigitizer.com',
  sampleCallback,
  operations: {
    authenticate,
    submitDocument,
    getDocument,
    annotateDocument,
    annotateDocumentOfClass: annotateDocument,
    listTasks,
    getTask,
    getDocumentV1,
    getDocumentAssets,
  },
  operationsWithoutRun: ['authenticate', 'listTasks'],
  choosingOperations: ['submitDocument', 'annotateDocument', 'annotateDocumentOfClass'],
  expandOutcome,
  authorize,
  performStep,
  contradict: contradictState,
  states: documentStates,
  rehearse,
  collections: ['documents'],
  viewResource: async (resource, context) =>
    resource.kind === 'document'
      ? { collection: 'documents', view: await documentView(resource, context) }
      : null,
  dependentResources(resource) {
    if (resource.kind !== 'document') return [];
    const { taskId } = documentData(resource);
    return taskId === undefined ? [] : [taskId];
  },
};
