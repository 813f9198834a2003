import { describe, expectTypeOf, test } from 'vitest';
import type {
  CallbackName,
  CallbackPayloads,
  CallbackTypeName,
  DocumentStateCallback,
  DocumentStateOverviewCallback,
  DocumentStateV1Callback,
  ErrorCallback,
  ExtractionsCallback,
  InformedCallback,
  OperationId,
  PathParameters,
  Problem,
  ProviderPaths,
  paths,
  QueryParameters,
  RequestBody,
  ResponseBody,
  StrictDocumentStateCallback,
  StrictErrorCallback,
  StrictExtractionsCallback,
  StrictInformedCallback,
  StrictVerificationsCallback,
  VerificationsCallback,
  webhooks,
} from '../../src/types/index.ts';

describe('informed callbacks', () => {
  test('event_type distinguishes the callbacks', () => {
    expectTypeOf<InformedCallback['event_type']>().toEqualTypeOf<'extractions' | 'verifications' | 'error'>();
    expectTypeOf<Extract<InformedCallback, { event_type: 'error' }>>().toEqualTypeOf<ErrorCallback>();
    expectTypeOf<
      Extract<InformedCallback, { event_type: 'extractions' }>
    >().toEqualTypeOf<ExtractionsCallback>();
    expectTypeOf<
      Extract<StrictInformedCallback, { event_type: 'verifications' }>
    >().toEqualTypeOf<StrictVerificationsCallback>();
  });

  test('a switch over event_type narrows the payload', () => {
    const read = (callback: InformedCallback) => {
      switch (callback.event_type) {
        case 'extractions':
          return callback.documents;
        case 'verifications':
          return callback.verifications;
        case 'error':
          return callback.error_message;
      }
    };
    expectTypeOf(read).returns.not.toBeAny();
    expectTypeOf(read).returns.toEqualTypeOf<
      | ExtractionsCallback['documents']
      | VerificationsCallback['verifications']
      | ErrorCallback['error_message']
    >();
  });

  test('ids are strings that are always present', () => {
    expectTypeOf<ExtractionsCallback>().toHaveProperty('application_id').toEqualTypeOf<string>();
    expectTypeOf<ErrorCallback>().toHaveProperty('application_reference_id').toEqualTypeOf<string>();
    expectTypeOf<ErrorCallback['file_id']>().toEqualTypeOf<string | undefined>();
  });

  test('a string that may be null may also be missing, but not in the strict type', () => {
    expectTypeOf<ErrorCallback['webhook_url']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<StrictErrorCallback['webhook_url']>().toEqualTypeOf<string>();
  });

  test('an enumeration is open, and closed in the strict type', () => {
    type Verification = VerificationsCallback['verifications'][string][number];
    type StrictVerification = StrictVerificationsCallback['verifications'][string][number];
    expectTypeOf<'something-new'>().toExtend<NonNullable<Verification['status']>>();
    expectTypeOf<StrictVerification['status']>().toEqualTypeOf<'pass' | 'fail' | 'missing' | 'review'>();
    expectTypeOf<StrictVerification['belongs_to']>().toEqualTypeOf<
      'applicant1' | 'applicant2' | 'application'
    >();
  });

  test('the strict error type names the seven messages', () => {
    expectTypeOf<StrictErrorCallback['error_message']>().toEqualTypeOf<
      | 'unable to process this file'
      | 'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.'
      | "identify: no decode delegate for this image format `' @ error/constitute"
      | '**** This file requires a password for access'
      | 'The image dimension is invalid.'
      | 'The file size is too large. It should be less than 80MB.'
      | 'Verification response is delayed'
    >();
  });

  test('extracted data has the properties of its document type', () => {
    type Documents = StrictExtractionsCallback['documents'];
    expectTypeOf<keyof Documents>().toEqualTypeOf<
      'paystub' | 'bank_statement' | 'drivers_license' | 'utility_bill' | 'w2'
    >();
    type Paystub = NonNullable<Documents['paystub']>[number];
    expectTypeOf<Paystub['document_id']>().toEqualTypeOf<string>();
    expectTypeOf<Paystub['extracted_data']['gross_pay']>().toEqualTypeOf<number>();
    expectTypeOf<Paystub['extracted_data']['pay_rate']>().toEqualTypeOf<number | null>();
    type LooseBankStatement = NonNullable<ExtractionsCallback['documents']['bank_statement']>[number];
    expectTypeOf<LooseBankStatement['extracted_data']['ending_balance']>().toEqualTypeOf<
      number | null | undefined
    >();
  });

  test('the answer to a question is a string, a number, a boolean or null', () => {
    type Verification = StrictVerificationsCallback['verifications'][string][number];
    type Question = NonNullable<Verification['verification_questions']>[string];
    expectTypeOf<Question['answer']>().toEqualTypeOf<string | number | boolean | null>();
  });
});

describe('docdigitizer callbacks', () => {
  test('the state is a number and its name a string', () => {
    expectTypeOf<DocumentStateCallback['documentId']>().toEqualTypeOf<string>();
    expectTypeOf<number>().toExtend<DocumentStateCallback['state']>();
    expectTypeOf<string>().not.toExtend<DocumentStateCallback['state']>();
    expectTypeOf<StrictDocumentStateCallback['state']>().toEqualTypeOf<30 | 91 | 92 | 999>();
  });

  test('the variants have their own parameters', () => {
    expectTypeOf<keyof DocumentStateOverviewCallback>().toEqualTypeOf<'doc_id' | 'status'>();
    expectTypeOf<keyof DocumentStateV1Callback>().toEqualTypeOf<'docid' | 'status'>();
  });
});

describe('webhooks', () => {
  test('every callback has a name, a type and a payload', () => {
    expectTypeOf<CallbackName>().toEqualTypeOf<
      | 'documentState'
      | 'documentStateOverview'
      | 'documentStateV1'
      | 'extractions'
      | 'verifications'
      | 'error'
    >();
    type NameOf<T extends string> = T extends `${string}.${infer Name}` ? Name : never;
    expectTypeOf<NameOf<CallbackTypeName>>().toEqualTypeOf<CallbackName>();
    expectTypeOf<CallbackPayloads['informed.error']>().toEqualTypeOf<ErrorCallback>();
  });

  test('a webhook has the payload of its alias as body', () => {
    type Body = webhooks['extractions']['post']['requestBody']['content']['application/json'];
    expectTypeOf<Body>().toEqualTypeOf<ExtractionsCallback>();
  });

  test('the state callback goes by GET and by POST with the same query', () => {
    type Parameters = webhooks['documentState']['parameters']['query'];
    expectTypeOf<keyof Parameters>().toEqualTypeOf<keyof DocumentStateCallback>();
    expectTypeOf<webhooks['documentState']>().toHaveProperty('get').not.toEqualTypeOf<undefined>();
    expectTypeOf<webhooks['documentState']>().toHaveProperty('post').not.toEqualTypeOf<undefined>();
  });
});

describe('operations', () => {
  test('every operation of both providers is typed', () => {
    expectTypeOf<OperationId>().toEqualTypeOf<
      | 'authenticate'
      | 'submitDocument'
      | 'getDocument'
      | 'annotateDocument'
      | 'annotateDocumentOfClass'
      | 'listTasks'
      | 'getTask'
      | 'getDocumentV1'
      | 'getDocumentAssets'
      | 'registerApplication'
      | 'updateApplication'
      | 'listApplications'
      | 'getApplication'
      | 'addDocuments'
      | 'uploadFile'
      | 'downloadDocument'
    >();
  });

  test('a form has its files as blobs, and options with defaults may be omitted', () => {
    type Form = RequestBody<'submitDocument'>;
    expectTypeOf<Form['files']>().toEqualTypeOf<Blob[]>();
    expectTypeOf<Form['isSync']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Form['callback_method']>().toEqualTypeOf<'GET' | 'POST' | undefined>();
    expectTypeOf<Form['callback_headers']>().toEqualTypeOf<{ [key: string]: string } | undefined>();
    expectTypeOf<RequestBody<'getDocument'>>().toEqualTypeOf<never>();
  });

  test('responses are found by operation and status', () => {
    expectTypeOf<ResponseBody<'submitDocument', 202>['document_ids']>().toEqualTypeOf<string[]>();
    expectTypeOf<ResponseBody<'submitDocument', 200>['callbackLog'][number]['statusCode']>().toEqualTypeOf<
      number | null
    >();
    expectTypeOf<ResponseBody<'submitDocument', 400>>().toEqualTypeOf<Problem>();
    expectTypeOf<ResponseBody<'annotateDocument', 202>['task']['document_id']>().toEqualTypeOf<string>();
    expectTypeOf<ResponseBody<'registerApplication', 201>['application_id']>().toEqualTypeOf<string>();
  });

  test('parameters are found by operation', () => {
    expectTypeOf<PathParameters<'updateApplication'>>().toEqualTypeOf<{
      product: 'consumer' | 'auto';
      application_id: string;
    }>();
    expectTypeOf<QueryParameters<'listApplications'>['limit']>().toEqualTypeOf<number | undefined>();
  });
});

describe('the paths of one provider', () => {
  test('the paths of one provider are those of its real API', () => {
    expectTypeOf<ProviderPaths<'docdigitizer'>['/api/v2/documents']>().toEqualTypeOf<
      paths['/docdigitizer/api/v2/documents']
    >();
    expectTypeOf<
      keyof ProviderPaths<'informed'>
    >().toExtend<`/${'v1' | 'uploads' | 'downloads'}/${string}`>();
    // @ts-expect-error Informed has no path of DocDigitizer
    expectTypeOf<ProviderPaths<'informed'>['/api/v2/documents']>().toBeObject();
  });
});
