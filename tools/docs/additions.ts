/** Something that a bundled provider does and that its contract cannot say. */
export interface Addition {
  readonly what: string;
  /** What the code decides. */
  readonly why: string;
  /** Its files in the folder of the provider. A name that ends in `/` is a folder. */
  readonly files: readonly string[];
}

/**
 * All that the bundled providers add to the play of their contract, by provider. `test/docs/additions.test.ts` compares
 * the list with the files.
 */
export const additions: Readonly<Record<string, readonly Addition[]>> = {
  docdigitizer: [
    {
      what: 'Credentials',
      why: 'An API key gets tokens, which later requests have. API v1 and v2 write `Authorization` in different ways.',
      files: ['authorize.ts', 'api-version.ts'],
    },
    {
      what: 'Submissions',
      why: 'Each file of a form becomes a document. The form says how to call back. A synchronous submission waits for the final state.',
      files: ['submission.ts', 'callback-request.ts', 'operations-v1.ts', 'operations-v2.ts', 'task.ts'],
    },
    {
      what: 'States',
      why: 'Which states a document goes through, and when. What the bytes of a file mean for them.',
      files: ['document-state.ts', 'document-states.ts', 'expand-outcome.ts', 'contradict-state.ts'],
    },
    {
      what: 'What documents contain',
      why: 'Annotations that agree with each other: names, amounts, dates, tax numbers.',
      files: ['results/'],
    },
    {
      what: 'Documents as they are now',
      why: 'State, results and the log of the callbacks, which requests show.',
      files: ['document.ts', 'document-view.ts', 'view-memo.ts', 'callback-log.ts'],
    },
    {
      what: 'Forms of the callback',
      why: 'Three forms of one callback, of which a setting and the API version choose. By GET or POST, with a body if a setting says so.',
      files: ['state-callback.ts', 'sample-callback.ts'],
    },
    {
      what: 'Scenarios and settings',
      why: 'Outcomes, timings and settings of the provider, and the requests of a typical client.',
      files: ['docdigitizer.ts', 'scenario-language.ts', 'scenario-input.ts', 'settings.ts', 'rehearsal.ts'],
    },
  ],
  informed: [
    {
      what: 'Credentials',
      why: 'URLs of uploads and downloads are credentials themselves. Those of callbacks are agreed on beforehand.',
      files: ['authorize.ts', 'webhook.ts', 'signed-url.ts'],
    },
    {
      what: 'Applications',
      why: 'Registrations, updates that are merged, structured data, and warnings about what has no effect.',
      files: [
        'operations/register-application.ts',
        'operations/update-application.ts',
        'operations/add-documents.ts',
        'operations/receipt.ts',
        'registration-warnings.ts',
        'resources.ts',
      ],
    },
    {
      what: 'Uploads and downloads',
      why: 'Each announced file is uploaded once, to a URL of its own. What is wrong with its bytes decides what is called back.',
      files: [
        'operations/upload-file.ts',
        'operations/download-document.ts',
        'file-problem.ts',
        'error-messages.ts',
      ],
    },
    {
      what: 'Quiet periods',
      why: 'When extractions and verifications are called back: after each file, and after a time without uploads.',
      files: ['outcome.ts', 'perform-step.ts', 'payloads.ts', 'contradict-callback.ts', 'sample-callback.ts'],
    },
    {
      what: 'What documents contain',
      why: 'Paystubs, bank statements, W-2s and papers of cars that agree with the application and with each other.',
      files: [
        'documents/',
        'data/',
        'document-mix.ts',
        'extraction.ts',
        'dossier.ts',
        'applicants.ts',
        'stated-applicant.ts',
        'stated-income.ts',
        'employment.ts',
        'money.ts',
        'calendar.ts',
      ],
    },
    {
      what: 'Verification',
      why: 'Questions about the documents, and what their answers say about the application.',
      files: ['verification/'],
    },
    {
      what: 'Applications as they are now',
      why: 'Files, documents, verifications and deliveries, which requests show.',
      files: ['operations/get-application.ts', 'operations/list-applications.ts', 'view-resource.ts'],
    },
    {
      what: 'Scenarios and settings',
      why: 'Outcomes, timings and settings of the provider, and the requests of a typical client.',
      files: ['informed.ts', 'scenario-language.ts', 'scenario-input.ts', 'settings.ts', 'rehearsal.ts'],
    },
  ],
};
