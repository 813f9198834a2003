import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { type Rehearse, rehearsedPdf, requestsToShow, textMember } from '../../core/provider/rehearsal.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import { readOutcome } from './outcome.ts';

const product = 'consumer';
const usualFiles = 2;

/**
 * A typical client of Informed: registers an application of one applicant for both services, announces files and
 * uploads each. If the scenario has a part for it, the client also updates or reads the application after the last
 * callback.
 * @throws {RingbackError} `option.invalid` if callbacks should come by GET, or with headers of the client
 */
export const rehearse: Rehearse = async (client, options) => {
  const { plan, callbackUrl, method, callbackHeaders, files } = options;
  if (method === 'GET') {
    throw new RingbackError('option.invalid', {
      details: { option: '--method', given: method },
      detail: 'Could not rehearse: informed calls back by POST only. Got the method GET; leave it out.',
    });
  }
  if (Object.keys(callbackHeaders).length > 0) {
    throw new RingbackError('option.invalid', {
      details: { option: '--header', given: Object.keys(callbackHeaders) },
      detail: `Could not rehearse: a client of informed cannot ask for headers. Got ${Object.keys(callbackHeaders).join(', ')}; credentials are agreed on beforehand: set informed.endpointAuthorization.`,
    });
  }
  // "user:password"
  const headers = { authorization: 'Basic dXNlcjpwYXNzd29yZA==' };
  const registered = await client.call({
    operation: 'registerApplication',
    path: { product },
    headers: { ...headers, 'x-ringback-scenario': plan.scenario },
    body: { ...registration, webhook: callbackUrl },
  });
  if (registered === null) return;
  const path = { product, application_id: textMember(registered, 'application_id') };
  const names = Array.from({ length: files ?? filesOf(plan) }, (_, i) => `document-${i + 1}.pdf`);
  const added = await client.call({
    operation: 'addDocuments',
    path,
    headers,
    body: { image_files: names },
  });
  const tickets = Array.isArray(added?.image_files) ? added.image_files : [];
  for (const ticket of tickets.filter(isJsonObject)) {
    await client.call({
      operation: 'uploadFile',
      path: { upload_id: textMember(ticket, 'upload_url').replace(/^.*\//, '') },
      upload: rehearsedPdf('', textMember(ticket, 'file_reference_id')),
    });
  }
  const updates = plan.outcome === null && (plan.triggers.update ?? []).length > 0;
  const reads = requestsToShow(plan, 'getApplication');
  if (updates || reads > 0) await client.idle();
  if (updates) {
    const body = {
      ...registration,
      webhook: callbackUrl,
      application_update_reference_id: 'update-1',
    };
    await client.call({ operation: 'updateApplication', path, headers, body });
  }
  for (let i = 0; i < reads; i++) await client.call({ operation: 'getApplication', path, headers });
};

const registration: JsonObject = {
  application_reference_id: 'loan-1',
  application_date: '2029-12-28',
  services: ['extract', 'verify'],
  applicants: {
    applicant1: {
      first_name: 'Jo',
      last_name: 'Boren',
      income: { period: 'monthly', amount: 5200 },
    },
  },
};

/** One file for each array of documents in the outcome, or for each file that the script's API faults mention. */
function filesOf(plan: Plan): number {
  const { documents, sameInEveryFile } = readOutcome(plan.outcome);
  const named = documents === null || sameInEveryFile ? usualFiles : documents.length;
  return Math.max(1, named, requestsToShow(plan, 'uploadFile'));
}
