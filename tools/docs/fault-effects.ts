import type { ApiFaultName, FaultName } from '../../src/core/scenario/fault-schemas.ts';
import { signatureFaults } from '../../src/core/signing/signature-faults.ts';

/** What a fault, or one of its kinds, does to the two forms of a callback. */
export interface FaultEffect {
  /** Kind of the fault, as written after its name; empty for a fault without kinds. */
  readonly kind: string;
  /** To a callback in the query string, by GET or POST: `documentState` and its variants. */
  readonly query: string;
  /** To a JSON webhook by POST: `extractions`, `verifications`, `error`. */
  readonly json: string;
}

const same = (text: string): readonly FaultEffect[] => [{ kind: '', query: text, json: text }];

export const faultEffects: Readonly<Record<FaultName, readonly FaultEffect[]>> = {
  drop: same(
    'Nothing is sent, and the delivery ends as dropped. With `on: {attempt}`, only that attempt is not sent, and the retry policy continues as after a connection error.',
  ),
  delay: same(
    'Sent this much later. The state in the API still changes on time. With `on: {attempt}`, the wait before that attempt is longer.',
  ),
  duplicate: same(
    'Sent this many times as separate deliveries, `gap` apart, or all at the same moment with `concurrent`. Each one has its own retries.',
  ),
  reorder: same(
    'Held back until the next callback of the run is sent, then sent. If no other follows, it is sent last.',
  ),
  early: same(
    'Sent before the response to the request that causes it, together with all earlier steps. That request is the submission, or the upload of the file.',
  ),
  corrupt: [
    {
      kind: 'truncate',
      query: 'The query string is truncated half-way. The request itself is complete.',
      json: 'Half of the body is sent with the `Content-Length` of the whole, then the connection closes.',
    },
    {
      kind: 'invalid-json',
      query: 'The query string ends with a broken escape, `%`.',
      json: 'The last character of the body is a comma instead of a brace.',
    },
    {
      kind: 'empty',
      query: 'The callback URL as you gave it, without any parameters.',
      json: 'No body, `Content-Length: 0`.',
    },
    {
      kind: 'content-type',
      query: 'A `Content-Type: application/octet-stream` without a body.',
      json: '`Content-Type: text/plain`.',
    },
    {
      kind: 'charset',
      query: 'The query string ends with `%E7`, which is not UTF-8.',
      json: 'The body is UTF-16, but declares `charset=utf-8`.',
    },
    {
      kind: '{schema: <pointer>}',
      query: 'The parameter at the pointer (`/state`) has a value that is invalid under its schema.',
      json: 'The value at the pointer (`/documents`) is invalid under the schema.',
    },
    {
      kind: '{missingQuery: <name>}',
      query: 'The parameter of that name is missing.',
      json: 'Refused when the script is loaded: there is no query string.',
    },
  ],
  drift: [
    {
      kind: 'unknown-property',
      query: 'One additional parameter, `added_by_the_provider`.',
      json: 'One additional property, `added_by_the_provider`.',
    },
    {
      kind: 'omit-null',
      query:
        'One parameter that can be empty is missing: `stateText`. No documentation allows that, so it counts as a violation.',
      json: 'Every property whose value is null is missing. If there is none, one that may be null is missing.',
    },
    {
      kind: 'null',
      query: 'One parameter has no value: `stateText=`.',
      json: 'One string or number that may be null is null.',
    },
    {
      kind: 'reorder-properties',
      query: 'The parameters come in another order.',
      json: 'The properties come in another order, at every level.',
    },
    {
      kind: 'new-enum-value',
      query: '`state` and `stateText` have a new state.',
      json: 'One string that may have new values has a new value.',
    },
    {
      kind: 'new-event-type',
      query: 'Refused when the script is loaded: there is no event type.',
      json: '`event_type` is `announcements`. No bundled schema allows it, so it counts as an intended violation.',
    },
  ],
  contradict: [
    {
      kind: '{state: <number>}',
      query: 'A further callback follows with that state. `getDocument` still returns the first.',
      json: 'Refused when the script is loaded: there is no state.',
    },
    {
      kind: '{final: <outcome>}',
      query:
        'A further callback follows with `annotated`, `rejected` or `error`. `getDocument` still returns the first.',
      json: 'After verifications, others follow in which everything has that status: `pass`, `fail`, `missing`, `review`. `getApplication` still returns the first. Does not apply to other callbacks.',
    },
    {
      kind: 'unknown-id',
      query: 'A further callback follows for a document that was never submitted.',
      json: 'A further callback follows for an application that was never registered.',
    },
    {
      kind: 'stale',
      query: 'A further callback follows with phase 1 again (30 RECEIVEDMACHINELEARN).',
      json: 'The same callback follows with every `updated_at` an hour in the past.',
    },
  ],
  auth: [
    {
      kind: 'missing',
      query:
        'The headers of `callback_headers` (sent with POST only) and the user and password of the URL are missing. Does not apply if there are none.',
      json: 'The `Authorization` of the setting `informed.endpointAuthorization` and the user and password of the URL are missing. Does not apply if there are none.',
    },
    {
      kind: 'wrong',
      query:
        'Each header of `callback_headers` has the value `wrong`. `Authorization` is Basic `wrong:wrong`, even if the submission asks for no header.',
      json: '`Authorization` is Basic `wrong:wrong`, whether credentials were agreed on or not.',
    },
  ],
  signature: Object.entries(signatureFaults).map(([kind, text]) => ({
    kind,
    query: kind === 'reserialized' ? 'Does not apply: there is no body.' : text,
    json: text,
  })),
  slow: same('All bytes of the request, including the head, are sent at that rate, in real time.'),
  reset_peer: same(
    'The connection is reset (TCP RST) after this many bytes of the request, including the head.',
  ),
  timeout: same('Connects, sends nothing for this long in real time, then closes the connection.'),
};

export const apiFaultEffects: Readonly<Record<ApiFaultName, string>> = {
  status:
    'Responds with that status, and with `headers` and `body` if given, instead of the provider. The operation is not performed.',
  latency:
    'The provider performs the operation. Its response is sent this much later, on the clock of the space.',
  reset_peer:
    'The provider performs the operation. The connection is reset (TCP RST) after this many bytes of the response, including the head.',
  slow: 'The provider performs the operation. All bytes of the response, including the head, are sent at that rate, in real time.',
  malformed: 'The provider performs the operation. The body of the response does not match its content type.',
  rate_limit:
    'This many requests in that time are served. Further ones get 429 with `Retry-After`, and are not performed.',
};
