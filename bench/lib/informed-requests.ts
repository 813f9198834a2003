import { encode } from './client.ts';

export const registrationPath = '/informed/v1/consumer/applications';
export const informedHeaders = {
  authorization: `Basic ${Buffer.from('bench:bench').toString('base64')}`,
  'content-type': 'application/json',
};

/** Scenario `bench`: each file has two documents, in an extractions callback of 2.7 KB right after its upload. */
export const extractedAtOnce = `
name: bench
provider: informed
outcome: { extraction: ok, documents: [[paystub, bank_statement]] }
timings: { extraction: 0s }
`;

/** A registration for extractions only. */
export function encodeRegistration(webhook: string): Buffer {
  const body = JSON.stringify({
    application_reference_id: 'bench',
    application_date: '2026-01-01',
    webhook,
    services: ['extract'],
  });
  return encode({
    method: 'POST',
    path: registrationPath,
    headers: { ...informedHeaders, 'x-ringback-scenario': 'bench' },
    body,
  });
}

/** A request for one upload URL. */
export function encodeAddDocuments(applicationId: string): Buffer {
  return encode({
    method: 'POST',
    path: `${registrationPath}/${applicationId}/documents`,
    headers: informedHeaders,
    body: '{"image_files":["paystub.pdf"]}',
  });
}

/** The upload of a file to its URL. */
export function encodeUpload(url: string, file: Buffer): Buffer {
  return encode({
    method: 'PUT',
    path: new URL(url).pathname,
    headers: { 'content-type': 'application/pdf' },
    body: file,
  });
}
