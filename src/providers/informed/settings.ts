import { conditions, credentials, headerValue, someTime, success } from '../../core/setting-rules.ts';
import type { SettingsTable } from '../../core/settings.ts';

/** How the mock behaves where Informed's behaviour can differ, or is not published. */
export const informedSettings = {
  'informed.credentials': {
    type: 'strings',
    default: [],
    text: 'Accepted `user:password` pairs of HTTP Basic authentication. Empty: any.',
    choice: true,
    rule: credentials,
    secret: true,
  },
  'informed.registeredStatus': {
    type: 'integer',
    default: 201,
    text: 'Status of the answer to a registration.',
    choice: true,
    rule: success,
  },
  'informed.maxFileBytes': {
    type: 'integer',
    default: 80 * 1024 * 1024,
    text: 'Largest file that can be processed, in bytes (documented as 80 MB, taken as MiB); a larger one gets the error callback.',
    choice: true,
  },
  'informed.minImagePixels': {
    type: 'integer',
    default: 100,
    text: 'Smallest width and height of an image that can be processed (documented as 100).',
    choice: false,
  },
  'informed.extractionTime': {
    type: 'duration',
    default: '5s',
    text: 'From the end of an upload to its extractions or error callback, unless the scenario has `timings.extraction`.',
    choice: true,
  },
  'informed.quietPeriod': {
    type: 'duration',
    default: '3s',
    text: 'How long nothing may have been uploaded or extracted before the verifications are run.',
    choice: true,
  },
  'informed.defaultVerifications': {
    type: 'strings',
    default: ['income'],
    text: 'Verifications that are run when the registration asks for `verify` and names none.',
    choice: true,
  },
  'informed.downloadLifetime': {
    type: 'duration',
    default: '1h',
    text: 'How long the `url` of a derived document can be downloaded after its extractions callback.',
    choice: true,
  },
  'informed.retryOn': {
    type: 'strings',
    default: ['429', '500', '502', '503', '504', 'timeout', 'network'],
    text: 'What is retried. The five statuses are documented, connection errors and timeouts are the mock’s choice; `non-2xx` is the other reading of the documentation.',
    choice: true,
    rule: conditions,
  },
  'informed.retryDelays': {
    type: 'durations',
    default: ['1s', '2s', '4s', '8s', '16s'],
    text: 'Waits before the 2nd to 6th attempt: five retries, so six requests at most.',
    choice: true,
  },
  'informed.retryAfterMax': {
    type: 'duration',
    default: '60s',
    text: 'The longest `Retry-After` of a consumer that is honoured.',
    choice: true,
  },
  'informed.attemptTimeout': {
    type: 'duration',
    default: '30s',
    text: 'How long one attempt of a webhook may take, in real time.',
    choice: true,
    rule: someTime,
  },
  'informed.endpointAuthorization': {
    type: 'string',
    default: '',
    text: '`Authorization` header that webhooks carry: the credentials agreed with the consumer out of band. Empty: none.',
    choice: true,
    rule: headerValue,
    secret: true,
  },
  'informed.strict': {
    type: 'boolean',
    default: false,
    text: 'Records a violation for a webhook without HTTPS, which the real provider demands.',
    choice: true,
  },
} as const satisfies SettingsTable;
