/**
 * Why an attempt was not successful, by code. The sentences of attempts may change; these codes do not. The control API
 * enumerates them (`AttemptErrorCode` in openapi.control.yaml), and docs/errors.md lists them with these texts.
 */
export const attemptErrors = {
  'address.blocked':
    'The address is neither loopback nor private, and `--allow-callbacks-to` does not allow it. Or it is a link-local or metadata address, which needs an entry of its own.',
  'request.invalid': 'HTTP does not allow the request: its URL, a header or the method.',
  'dns.not-found': 'The host name does not exist.',
  'dns.failed': 'The host name cannot be resolved.',
  'connect.refused': 'Nothing listens on the host and port.',
  'connect.failed':
    'The connection could not be made for another reason, such as an unreachable network, or EMFILE: this process may open no more connections. Retried like all connection errors.',
  'connect.timeout': 'The connection was not established in time.',
  'connect.busy': 'All connections to the host and port were in use until the timeout.',
  'tls.untrusted': 'The certificate is self-signed, expired, for another host, or from an unknown authority.',
  'tls.client-certificate': 'The consumer requires a client certificate, and Ringback has none.',
  'tls.failed': 'The TLS handshake failed, for example because the consumer speaks plain HTTP.',
  timeout: 'The response was not complete in time.',
  'connection.closed': 'The connection ended before the response was complete.',
  'response.malformed': 'The response is not HTTP/1.1, or its head is too large.',
  'response.redirect':
    'The response is a redirect that is not followed. Only 307 and 308 are, once, if the contract of the callback declares them.',
  'response.status': 'The status of the response is not a success.',
  'response.gone':
    'The response is 410, and the contract of the callback declares that: nothing more of the run is sent to the URL.',
  'target.gone':
    'Not sent: an earlier callback of the run to this URL got 410, and the contract declares that.',
  scripted: 'A script dropped, silenced or cut off the request.',
  stopped: 'The server was stopped before the response was complete.',
} as const;

export type AttemptErrorCode = keyof typeof attemptErrors;
