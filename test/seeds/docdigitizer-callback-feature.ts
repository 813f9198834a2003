import type { SeedDocument } from './seed-document.ts';

const noBehaviour = {
  consumer: 'It tells the consumer what to have, not what the provider does.',
  intro: 'It introduces the sentences after it.',
};

export const docdigitizerCallbackFeature: SeedDocument = {
  title: 'DocDigitizer, “Callback feature”',
  tests: 'docdigitizer-callback-feature.test.ts',
  sentences: [
    {
      says: 'The callback is a platform feature that informs the client about the state of is uploaded documents.',
      shown: 'the callback has the document’s id and its state',
    },
    {
      says: 'Currently there are 2 phases where we notify the state of the document:',
      shown: 'two callbacks for a document, at two times',
    },
    {
      says: 'After ML (Machine Learning algorithms) have classified and extracted the data from the document',
      shown: 'with the first callback the document has its first results',
    },
    {
      says: 'In this phase the callback is made with `state=30&stateText=RECEIVEDMACHINELEARN`, but keep in mind that in this phase the document is still being processed, which means that the data extracted could be incomplete or have some misalignments with your expected results.',
      shown: 'the query of the first callback; results that are partial and differ from the final ones',
    },
    {
      says: 'After all process have being done - final state',
      shown: 'after the final callback nothing changes and nothing is pending',
    },
    {
      says: 'In this phase the callback could be made with one of the 3 final states:',
      shown: 'the three shipped scenarios end in three states',
    },
    {
      says: '`state=91&stateText=ANNOTATED` - When all the extractions and revisions are successfully done.',
      shown: 'the query of the final callback; complete results',
    },
    {
      says: '`state=92&stateText=REJECTED` - When the document was rejected due to some known reasons also available in the results data.',
      shown: 'the query of the final callback; reasons in the results',
    },
    {
      says: '`state=999&stateText=ERROR` - When we could not processed the document or the process was interrupted unexpectedly.',
      shown: 'by a file that cannot be read, and by the scenario `error`',
    },
    {
      says: 'Note: If the document was uploaded synchronously there are only the final state callback (as phase 2 above).',
      shown: 'one callback, state 91, for `isSync=true`',
    },
    {
      says: 'In order to be notified by this callback feature the client must have an API service available from their side as the following URI example:',
      because: `${noBehaviour.consumer} The example itself is missing in the document.`,
    },
    {
      says: 'That service could be called using the “GET” or “POST” method.',
      shown: 'one submission each',
    },
    {
      says: 'We call your service with “GET” method by default.',
      shown: 'a submission without `callback_method`',
    },
    {
      says: 'To call it with the “POST” method instead, you must fill the parameter `callback_method=POST` of the (submit service).',
      shown: 'a submission with it',
    },
    {
      says: 'That service could be anonymously open or authenticated.',
      shown: 'no header without `callback_headers`; theirs with them; a 401 is logged',
    },
    {
      says: 'To be authenticated the “POST” method must be used and you can pass your http authentication headers filling the parameter `callback_headers` of the (submit service) with a strings dictionary, like the following examples:',
      shown: 'headers are sent by POST, not by GET',
    },
    {
      says: 'Example 1: `callback_headers[Authorization] = API_KEY 7017f86c-6ea3-xxxx-xxxx-...`',
      shown: 'the header as it is in the example',
    },
    {
      says: 'Example 2: `callback_headers[User] = john, callback_headers[Password] = 123`',
      shown: 'both headers as they are in the example',
    },
    {
      says: 'The mandatory query string parameters are:',
      shown: 'these three, and no other, with GET and with POST',
    },
    { says: 'documentId: id of the document', shown: 'the id of the submission’s answer' },
    { says: 'state: state of the document (integer)', shown: 'digits, the `state` of the document' },
    { says: 'stateText: state of the document (string)', shown: 'the `stateText` of the document' },
    {
      says: 'Having your service available from the internet you can start using immediately, just provide us your uri when submit a new file through our (submit service).',
      shown: 'the first submission to a fresh server is called back about, nothing else being set up',
    },
    {
      says: 'Please note that you only be notified about the documents uploaded with the callback information fulfilled.',
      shown: 'of two documents, the one with a URL',
    },
    {
      says: 'The information that you need to provide are in the following fields:',
      because: noBehaviour.intro,
    },
    {
      says: 'callbackUrl: the uri of your service, like "https://_myapiurl.com_". This is mandatory.',
      shown: 'without it no callback; what is no URI is refused',
    },
    {
      says: 'callback_method: "GET" or "POST". We keep with GET by default if no info provided.',
      shown: 'both, neither, and another one, which is refused',
    },
    {
      says: 'callback_headers: the strings dictionary as seen above. This is mandatory only if your service needs authentication.',
      shown: 'a POST without them is made',
    },
    {
      says: "It could be due to 1) your document is still in process (accordingly with your SLA), or 2) we tried but found something wrong while calling your service, or 3) we call your service but you didn't notice.",
      shown: 'each of the three, told apart by the callback log',
    },
    {
      says: 'However you can always call the (get document service), and look for the `callbackLog` field, where you will find a log of the callbacks we did or tried for your document, as showed bellow.',
      shown:
        'an entry for a callback that was made and for one that was tried. The sample is missing in the document: the entries are the mock’s choice',
    },
  ],
};
