import type { SeedDocument } from './seed-document.ts';

const because = {
  consumer: 'It advises the consumer; the provider does nothing different.',
  infrastructure: 'It speaks of the real provider’s infrastructure, which the mock does not have.',
  intro: 'It introduces what comes after it.',
  elsewhere: 'It points to another page.',
};

export const informedAsyncCallbacks: SeedDocument = {
  title: 'Informed, “Async callback responses”',
  tests: 'informed-async-callbacks.test.ts',
  sentences: [
    {
      says: 'Informed will POST the relevant asynchronous callback responses to the webhook that you specify.',
      shown: 'method, URL and JSON body of each callback',
    },
    {
      says: 'If your webhook does not respond with a 2xx (success), Informed will re-submit the request to your endpoint up to 5 times using a delay strategy.',
      shown: 'six equal requests at growing distances, then no more; none after a 2xx',
    },
    {
      says: 'Informed will retry as mentioned above if your endpoint returns a 429, 500, 502, 503 or 504 status.',
      shown: 'each of the five, and 400, 404 and 501, which are not retried',
    },
    { says: 'The key attributes of your callback endpoint are shown below:', because: because.intro },
    {
      says: 'Your endpoint must support the HTTPS protocol, with a valid certificate.',
      shown:
        'a violation of each attempt over plain HTTP, with the setting `informed.strict`; a certificate nobody vouches for fails the attempt',
    },
    {
      says: 'Your endpoint should return a 200 response status upon receiving the callback payload.',
      shown: '200 has no violation; 201, 202 and 204 have one',
    },
    {
      says: 'If your endpoint returns any body in the success response, it must be json-formatted.',
      shown: 'no body and JSON have no violation; text has one',
    },
    {
      says: 'If you have authentication configured on your endpoint (recommended), you must provide that information to Informed.',
      shown: 'what was provided (the setting `informed.endpointAuthorization`) comes with each callback',
    },
    {
      says: 'If you need to whitelist any IP addresses on your side for the callback, you can find those here.',
      because: because.infrastructure,
    },
    { says: 'Please reference the full sequence diagram.', because: because.elsewhere },
    {
      says: 'All callbacks will have an event_type node that specifies what type of callback it is.',
      shown: 'the three types, each as it says',
    },
    {
      says: 'The event types are as follows: extractions verifications error',
      shown: 'these three and no other come',
    },
    {
      says: 'The sections below provide more detail on the contents of the various callbacks.',
      because: because.intro,
    },
    {
      says: 'The extraction service provides the extracted data from the document types found in a submitted image file.',
      shown: 'the data of the documents in a file, under their types',
    },
    {
      says: 'Bear in mind that Informed can separate out multiple documents from a single PDF or TIFF file.',
      shown: 'two documents of one PDF, and of one TIFF',
    },
    {
      says: 'At the present time, you will receive one extraction callback per original file submitted (provided you specify the extract service when registering the application).',
      shown: 'three files, three callbacks; none without `extract`',
    },
    {
      says: 'While you will only receive one extraction callback per original file submitted, if that single file contains multiple documents of different types, you can expect to receive a response containing multiple classified documents and the associated extracted data (see the example below).',
      shown: 'one callback with two types of documents',
    },
    {
      says: 'In the example callback payload below, there are a couple things to note:',
      because: because.intro,
    },
    {
      says: 'The application_id will be the same one provided in the synchronous response to the original application registration.',
      shown: 'in the extractions callback',
    },
    {
      says: 'The application_reference_id will be the same reference id that you provided when you registered the application.',
      shown: 'in the extractions callback',
    },
    {
      says: 'The documents object will contain keys for each document classification type encountered in the file.',
      shown: 'the keys of `documents`',
    },
    {
      says: 'Each of those document types will contain a list of the documents of that type found in the file.',
      shown: 'a list of two, and a list of one',
    },
    {
      says: 'Every individual derived document identified will receive a unique document_id.',
      shown: 'the ids over two files',
    },
    {
      says: 'Every individual derived document will also contain a reference to the original file_ids (from the synchronous response) and file_reference_ids (the file name you assigned at the time of upload).',
      shown: 'both references of each document',
    },
    {
      says: 'The url provided for each derived document is a time-bound, pre-signed S3 URL, which you can use via a GET call to retrieve the indexed document image.',
      shown:
        'its signature; the bytes in time, 403 afterwards and for another signature. It is the mock’s own URL in the form of S3’s',
    },
    {
      says: 'Details about what items are extracted (in extracted_data) for a given document type can be found in the here.',
      because: because.elsewhere,
    },
    {
      says: "There is no guarantee that the file download URL's (typically AWS S3 pre-signed URL's) will remain exactly the same for all future time.",
      because: because.infrastructure,
    },
    {
      says: 'Informed reserves the right to use whatever infrastructure is most secure and efficient.',
      because: because.infrastructure,
    },
    {
      says: "If you are trying to whitelist the download URL's, at the current time, as Amazon AWS pre-signed URL's, they will have a base domain of amazonaws.com, so the most restrictive that you should make your whitelist is *.amazonaws.com.",
      because: `${because.infrastructure} The mock’s own download URLs lead to the mock.`,
    },
    {
      says: 'View extended example of extractions schema for all major document types.',
      because: because.elsewhere,
    },
    {
      says: 'The verification service provides the analysis of the specified verifications based on the extracted data from the document types found in the aggregate of the submitted image files.',
      shown:
        'the verifications that were asked for; an answer of the analysis follows from the extracted data',
    },
    {
      says: 'If you only want the verification analysis, then you would simply specify the verify service at time of application registration, but most likely, you will also want the extracted data, which means that you will want to specify the extract service in addition to the verify service.',
      shown: 'the callbacks with `verify` alone, and with both',
    },
    {
      says: 'Unlike the extractions service, for which we can predict one callback per original submitted file, it is not as straight forward for the verification callbacks.',
      shown: 'two files, two extractions and one verifications callback',
    },
    {
      says: 'The number of verification callbacks will depend on several factors, such as the time gap between uploading the original files and the size and complexity of the uploaded files.',
      shown:
        'the same two files with a small and a large gap. Size and complexity make no difference in the mock',
    },
    {
      says: 'The important thing to remember is that the verification callbacks will always represent the aggregate analysis across all associated documents available at the time the verifications are run.',
      shown: 'the second callback has the documents of the first too',
    },
    {
      says: 'In order to help eliminate any confusion in the case of multiple verifications callbacks, we have added the data_sources element, which specifies the uploaded files and structured data that were available/present at the time of generating that specific verifications response.',
      shown: '`data_sources` of two callbacks in turn',
    },
    {
      says: 'This element will also allow you to track that all previously uploaded documents for an application have been analyzed.',
      shown: 'the last callback names every file that was uploaded',
    },
    {
      says: 'In the example callback payload below, there are a couple things to note:',
      because: because.intro,
    },
    {
      says: 'The application_id will be the same one provided in the synchronous response … (verifications)',
      shown: 'in the verifications callback',
    },
    {
      says: 'The application_reference_id will be the same reference id that you provided … (verifications)',
      shown: 'in the verifications callback',
    },
    {
      says: 'If you included an application_update_reference_id in the application update PUT request that is generating the verifications response, then that key/value pair will be returned in your verifications response.',
      shown: 'the member after a PUT with it, and its absence before and after a PUT without it',
    },
    {
      says: 'The verifications object will contain keys for each requested verification type for the application.',
      shown: 'the keys are those that were asked for',
    },
    {
      says: 'Each of those verification types will contain a list of the verifications based on how many belongs_to were specified.',
      shown: 'a list of one for one applicant',
    },
    {
      says: 'For example, if you stipped both applicant1 and applicant2 for income, then there would be two objects in the list for the income key inside verifications.',
      shown: 'the example as it is',
    },
    {
      says: "Because verifcations are somewhat involved themselves, we'll separate out some important points about them here:",
      because: because.intro,
    },
    {
      says: 'The overall verification status options are pass, fail, missing or review.',
      shown: 'each of the four, asked for by a scenario; no other is valid',
    },
    {
      says: 'The belongs_to node indicates which applicant (or the application overall) this verification applies to.',
      shown: '`applicant1`, `applicant2` and `application`',
    },
    {
      says: 'The updated_at node provides a timestamp for the last update to this verification.',
      shown: 'its format, and its change with the next callback',
    },
    {
      says: 'The description is a more "human-friendly" narrative of the current condition of the verification.',
      shown: 'a sentence, another one for another status',
    },
    {
      says: 'More complex verifications, like income, will have a verification_questions section with overarching questions pertaining to determining its overall status.',
      shown: 'the questions of `income`; a status that one of them decides',
    },
    {
      says: 'The acceptable_documents object breaks down the document or documents that were used to satisfy the verification.',
      shown: 'the documents by type',
    },
    {
      says: 'Acceptable documents for clearing a verification have a structure designed to identify both the document itself, as well as details about the questions used to determine its impact on the overall verification status.',
      shown: 'the members of an acceptable document',
    },
    {
      says: 'The document will have its unique document_id present so you can reference it back to the extractions callback.',
      shown: 'the same id in both callbacks',
    },
    {
      says: 'Each document will also contain a reference to the original file_ids … and file_reference_ids … (acceptable documents)',
      shown: 'both references of each acceptable document',
    },
    {
      says: 'The category node identifies the document grouping.',
      shown: 'the category of a paystub and of a bank statement',
    },
    {
      says: 'The heart and soul of the this section though, are the document_questions.',
      shown: 'each has questions',
    },
    {
      says: 'This is what ultimately will determine the overall verification status.',
      shown: 'pass when all questions pass; fail when one fails',
    },
    {
      says: 'The document questions will vary by document type and can be modified to align with your verification needs.',
      shown:
        'other questions for a paystub than for a bank statement. The mock’s questions cannot be modified',
    },
    {
      says: 'View extended example of verifications schema for all the verifications with their major supporting document types.',
      because: because.elsewhere,
    },
    {
      says: 'If something goes wrong during the processing of the application such that a normal asynchronous callback cannot be returned, Informed will return an asynchronous error callback.',
      shown: 'the error callback, and no other, for a file that is not processed',
    },
    {
      says: 'These error callbacks should not be confused with the aspect of Informed pointing out stipulation defects in submitted documents.',
      because: 'It tells the reader how to read; the next sentence says what comes instead.',
    },
    {
      says: 'Any and all stipulation defects identified during analysis will be present in the valid verifications callback response.',
      shown: 'a failing verification comes as verifications callback with recommendations, not as an error',
    },
    {
      says: 'If you were to upload a corrupted file, password-protected file or non-image file (e.g., .txt file), then you should expect to receive an asynchronous callback response similar to the examples below, instead of the normal extractions response.',
      shown: 'the three kinds of files with the members of the examples, and no extractions',
    },
    {
      says: 'Generic issues: "unable to process this file"',
      shown: 'the scenario `unreadable`, message to the letter',
    },
    {
      says: 'Generic issues: "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png."',
      shown: 'a .txt file, message to the letter',
    },
    {
      says: 'Corrupted file: "identify: no decode delegate for this image format `\' @ error/constitute"',
      shown: 'an image cut off, message to the letter',
    },
    {
      says: 'Password-protected file: "**** This file requires a password for access"',
      shown: 'a PDF that needs a password, message to the letter',
    },
    {
      says: 'If you were to upload a file with dimensions of less than 100x100 pixels, then you should expect to receive an asynchronous callback response like the one below, instead of the normal extractions response.',
      shown: 'images of 99 pixels in width or height, message to the letter; 100 by 100 is extracted',
    },
    {
      says: 'If you were to upload a file over 80 MB in size, then you should expect to receive an asynchronous callback response like the one below, instead of the normal extractions response.',
      shown: 'one byte over 80 MB, message to the letter; exactly 80 MB is extracted',
    },
    {
      says: 'If the verifications process encounters an error, then you should expect to receive an asynchronous callback response like the one below, instead of the normal verifications response.',
      shown: 'the scenario `verifications-delayed`, message to the letter, without the members of a file',
    },
    {
      says: 'Note that the error message says the response is delayed, but in reality the verifications response will not be coming if you get this message.',
      shown: 'nothing is sent in the 30 days after it',
    },
  ],
};
