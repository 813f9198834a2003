import type { JsonObject } from '../../core/json.ts';
import { type Rehearse, rehearsedPdf, requestsToShow, textMember } from '../../core/provider/rehearsal.ts';
import type { Plan } from '../../core/scenario/plan.ts';

/**
 * A typical client of DocDigitizer's API v2: submits one or more files in one request, and asks for callbacks. If the
 * scenario affects reading, it reads the document when nothing is pending.
 */
export const rehearse: Rehearse = async (client, options) => {
  const { plan, callbackUrl, files } = options;
  const authorization = 'Bearer rehearsal';
  const names = Array.from({ length: files ?? 1 }, (_, i) => `invoice-${i + 1}.pdf`);
  const submitted = await client.call({
    operation: 'submitDocument',
    headers: { authorization, 'x-ringback-scenario': plan.scenario },
    body: { callbackUrl, ...wayOfCalling(plan, options) },
    files: names.map((name) => rehearsedPdf('files', name)),
  });
  if (submitted === null) return;
  const reads = requestsToShow(plan, 'getDocument');
  if (reads > 0) await client.idle();
  for (let i = 0; i < reads; i++) {
    await client.call({
      operation: 'getDocument',
      path: { docid: textMember(submitted, 'document_id') },
      headers: { authorization },
    });
  }
};

// "user:password"
const usualHeaders = { Authorization: 'Basic dXNlcjpwYXNzd29yZA==' };

/** Headers are sent only with POST, so a client with headers, or a scenario about credentials, uses POST. */
function wayOfCalling(
  { faults }: Plan,
  { method, callbackHeaders }: Pick<Parameters<Rehearse>[1], 'method' | 'callbackHeaders'>,
): JsonObject {
  const given = Object.keys(callbackHeaders).length > 0;
  const isAboutHeaders = faults.some(({ fault }) => fault === 'auth');
  const callback_method = method ?? (given || isAboutHeaders ? 'POST' : null);
  if (callback_method === null) return {};
  const callback_headers = given ? callbackHeaders : isAboutHeaders ? usualHeaders : null;
  return { callback_method, ...(callback_headers !== null && { callback_headers }) };
}
