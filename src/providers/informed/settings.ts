import { conditions, credentials, headerValue, someTime, success } from '../../core/setting-rules.ts';
import type { SettingsTable } from '../../core/settings.ts';

/** How the mock behaves where Informed's behaviour varies or is not published. */
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
    text: 'Status of the response to a registration.',
    choice: true,
    rule: success,
  },
  'informed.maxFileBytes': {
    type: 'integer',
    default: 80 * 1024 * 1024,
    text: 'Maximum size of a file that can be processed, in bytes (documented as 80 MB, read as MiB). A larger one gets the error callback.',
    choice: true,
  },
  'informed.minImagePixels': {
    type: 'integer',
    default: 100,
    text: 'Minimum width and height of an image that can be processed, in pixels (documented as 100).',
    choice: false,
  },
  'informed.extractionTime': {
    type: 'duration',
    default: '5s',
    text: 'Time from the end of an upload to its extractions or error callback, unless the scenario has `timings.extraction`.',
    choice: true,
  },
  'informed.quietPeriod': {
    type: 'duration',
    default: '3s',
    text: 'How long to wait after the last upload or extraction before the verifications run.',
    choice: true,
  },
  'informed.defaultVerifications': {
    type: 'strings',
    default: ['income'],
    text: 'Verifications that run when the registration asks for `verify` without naming any.',
    choice: true,
  },
  'informed.downloadLifetime': {
    type: 'duration',
    default: '1h',
    text: 'How long the `url` of a derived document is valid after its extractions callback.',
    choice: true,
  },
  'informed.retryOn': {
    type: 'strings',
    default: ['429', '500', '502', '503', '504', 'timeout', 'network'],
    text: 'Which failures are retried. The five statuses are documented. Connection errors and timeouts are the mock’s choice. `non-2xx` is the other reading of the documentation.',
    choice: true,
    rule: conditions,
  },
  'informed.retryDelays': {
    type: 'durations',
    default: ['1s', '2s', '4s', '8s', '16s'],
    text: 'Waits before the 2nd to 6th attempt: five retries, so at most six requests.',
    choice: true,
  },
  'informed.retryAfterMax': {
    type: 'duration',
    default: '60s',
    text: 'The longest `Retry-After` of a consumer that is honored.',
    choice: true,
  },
  'informed.attemptTimeout': {
    type: 'duration',
    default: '30s',
    text: 'Timeout of one attempt of a webhook, in real time.',
    choice: true,
    rule: someTime,
  },
  'informed.endpointAuthorization': {
    type: 'string',
    default: '',
    text: '`Authorization` header of the webhooks: the credentials that provider and consumer agreed out of band. Empty: none.',
    choice: true,
    rule: headerValue,
    secret: true,
  },
  'informed.strict': {
    type: 'boolean',
    default: false,
    text: 'Records a violation for a webhook without HTTPS, which the real provider requires.',
    choice: true,
  },
} as const satisfies SettingsTable;
