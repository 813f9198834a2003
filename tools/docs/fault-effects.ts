import type { ApiFaultName, FaultName } from '../../src/core/scenario/fault-schemas.ts';

/** What a fault, or one kind of it, does to the two forms that a callback has. */
export interface FaultEffect {
  /** Kind of the fault as it is written after its name; empty for a fault without kinds. */
  readonly kind: string;
  /** To a callback in the query string, by GET or POST: `documentState` and its variants. */
  readonly query: string;
  /** To a JSON webhook by POST: `extractions`, `verifications`, `error`. */
  readonly json: string;
}

const same = (text: string): readonly FaultEffect[] => [{ kind: '', query: text, json: text }];

export const faultEffects: Readonly<Record<FaultName, readonly FaultEffect[]>> = {
  drop: same(
    'Nothing is sent; the delivery ends as dropped. With `on: {attempt}` that attempt only is not sent, and the retry policy goes on from a connection error.',
  ),
  delay: same(
    'Sent so much later; the state that the API shows has changed in time. With `on: {attempt}` the wait before that attempt is longer.',
  ),
  duplicate: same(
    'Sent so many times as deliveries of their own, `gap` apart from each other, or all at the same moment with `concurrent`. Each has its own retries.',
  ),
  reorder: same(
    'Held back until the next callback of the run has been sent, then sent. If no other follows, it is sent last.',
  ),
  early: same(
    'Sent, with what comes before it, ahead of the answer to the request that causes it: the submission, or the upload of the file.',
  ),
  corrupt: [
    {
      kind: 'truncate',
      query: 'The query string breaks off half-way; the request is complete.',
      json: 'Half of the body is sent under the `Content-Length` of the whole, then the connection closes.',
    },
    {
      kind: 'invalid-json',
      query: 'The query string ends in a broken escape, `%`.',
      json: 'The last character of the body is a comma in place of a brace.',
    },
    {
      kind: 'empty',
      query: 'The callback URL as you gave it, without any of the parameters.',
      json: 'No body, `Content-Length: 0`.',
    },
    {
      kind: 'content-type',
      query: 'A `Content-Type: application/octet-stream` that belongs to nothing.',
      json: '`Content-Type: text/plain`.',
    },
    {
      kind: 'charset',
      query: 'The query string ends in `%E7`, which is not UTF-8.',
      json: 'The body is UTF-16 and says `charset=utf-8`.',
    },
    {
      kind: '{schema: <pointer>}',
      query: 'The parameter at the pointer (`/state`) has a value that its schema refuses.',
      json: 'The place at the pointer (`/documents`) has a value that the schema refuses.',
    },
    {
      kind: '{missingQuery: <name>}',
      query: 'The parameter of that name is left out.',
      json: 'Refused when the script is loaded: there is no query string.',
    },
  ],
  drift: [
    {
      kind: 'unknown-property',
      query: 'One parameter more, `added_by_the_provider`.',
      json: 'One property more, `added_by_the_provider`.',
    },
    {
      kind: 'omit-null',
      query:
        'One parameter that could be empty is left out: `stateText`. Nothing says that the provider may, so it counts as a violation.',
      json: 'Every property whose value is null is left out; where there is none, one that may be null.',
    },
    {
      kind: 'null',
      query: 'One parameter has no value: `stateText=`.',
      json: 'One string or number, of those that may be, is null.',
    },
    {
      kind: 'reorder-properties',
      query: 'The parameters come in another order.',
      json: 'The properties come in another order, at every level.',
    },
    {
      kind: 'new-enum-value',
      query: '`state` and `stateText` are of a state that is new.',
      json: 'One text, of those that may be, has a new value.',
    },
    {
      kind: 'new-event-type',
      query: 'Refused when the script is loaded: there is no event type.',
      json: '`event_type` is `announcements`. No schema of ours knows it, so it counts as a violation, an intended one.',
    },
  ],
  contradict: [
    {
      kind: '{state: <number>}',
      query: 'A further callback follows that says that state. `getDocument` keeps to the first.',
      json: 'Refused when the script is loaded: there is no state.',
    },
    {
      kind: '{final: <outcome>}',
      query:
        'A further callback follows that says `annotated`, `rejected` or `error`. `getDocument` keeps to the first.',
      json: 'After verifications, others follow in which everything has that status: `pass`, `fail`, `missing`, `review`. `getApplication` keeps to the first. Does not apply to other callbacks.',
    },
    {
      kind: 'unknown-id',
      query: 'A further callback follows for a document that was never submitted.',
      json: 'A further callback follows for an application that was never registered.',
    },
    {
      kind: 'stale',
      query: 'A further callback follows that says phase 1 again (30 RECEIVEDMACHINELEARN).',
      json: 'The same callback follows with every `updated_at` an hour before now.',
    },
  ],
  auth: [
    {
      kind: 'missing',
      query:
        'The headers of `callback_headers` (sent with POST only) and user and password of the URL are left out. Does not apply where there are none.',
      json: 'The `Authorization` of the setting `informed.endpointAuthorization` is left out, and so are user and password of the URL. Does not apply where there are none.',
    },
    {
      kind: 'wrong',
      query:
        'Each header of `callback_headers` has the value `wrong`, `Authorization` that of Basic `wrong:wrong`, which is sent where there is no header too.',
      json: '`Authorization` is that of Basic `wrong:wrong`, whether credentials were agreed on or not.',
    },
  ],
  slow: same('All bytes of the request, head included, go out at that rate, in real time.'),
  reset_peer: same('The connection is reset (TCP RST) after so many bytes of the request, head included.'),
  timeout: same('Connects, sends nothing for so long in real time, then closes.'),
};

export const apiFaultEffects: Readonly<Record<ApiFaultName, string>> = {
  status:
    'Answers with that status, and `headers` and `body` where given, in the provider’s place: nothing is done.',
  latency: 'The provider does its work; its answer comes so much later, on the clock of the space.',
  reset_peer:
    'The provider does its work; the connection is reset (TCP RST) after so many bytes of the answer, head included.',
  slow: 'The provider does its work; all bytes of the answer, head included, go out at that rate, in real time.',
  malformed: 'The provider does its work; the body of the answer is not what its content type says.',
  rate_limit:
    'So many requests in that time are served; more get 429 with `Retry-After`, and nothing is done for them.',
};
