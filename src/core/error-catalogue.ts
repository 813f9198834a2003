interface CatalogueEntry {
  /** HTTP status of the response if the error reaches an HTTP client. */
  readonly status: number;
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every error that Ringback raises. `docs/errors.md` is made from this table. */
export const errorCatalogue = {
  'request.invalid': {
    status: 400,
    title: 'The request does not match the contract',
    remedy: 'Fix the violations listed. See the operation in openapi.yaml.',
  },
  'request.malformed': {
    status: 400,
    title: 'The request is malformed',
    remedy: 'Send a well-formed request, with a well-formed body of the declared content type.',
  },
  'request.too-large': {
    status: 413,
    title: 'The request body is too large',
    remedy: 'Send a smaller body, or raise the limit in the settings.',
  },
  'request.media-type': {
    status: 415,
    title: 'The operation does not accept this content type',
    remedy: 'Send the content type that the contract names for this operation.',
  },
  'request.content-coding': {
    status: 415,
    title: 'The content coding is not supported',
    remedy:
      'Send the body in a coding that the Accept-Encoding header of the response lists, or without one.',
  },
  'request.transfer-coding': {
    status: 501,
    title: 'The transfer coding is not supported',
    remedy: 'Send the body with Transfer-Encoding: chunked only, or with a Content-Length.',
  },
  'request.http-version': {
    status: 505,
    title: 'The HTTP version is not supported',
    remedy: 'Send HTTP/1.1.',
  },
  'request.digest': {
    status: 400,
    title: 'The body does not match its digest',
    remedy: 'Compute the digest from the bytes that you send, or omit the header.',
  },
  'request.aborted': {
    status: 400,
    title: 'The request ended before its body was complete',
    remedy: 'Send the request again. Nothing of the incomplete one was stored.',
  },
  'route.not-found': {
    status: 404,
    title: 'No operation has this path',
    remedy: 'Compare the path with those in openapi.yaml.',
  },
  'route.method-not-allowed': {
    status: 405,
    title: 'The path exists, but not with this method',
    remedy: 'Use one of the methods that the Allow header lists.',
  },
  'auth.missing': {
    status: 401,
    title: 'Credentials are missing',
    remedy: 'Send the credentials that the operation requires.',
  },
  'auth.wrong': {
    status: 401,
    title: 'Credentials are wrong',
    remedy: 'Send credentials that the settings of the server accept.',
  },
  'resource.not-found': {
    status: 404,
    title: 'There is no such resource',
    remedy: 'Use an id that this space has returned since its last reset.',
  },
  'resource.conflict': {
    status: 409,
    title: 'The resource is not in a state that allows this',
    remedy: 'Read the resource and check its state before you send the request again.',
  },
  'clock.end': {
    status: 409,
    title: 'The clock would pass the latest time it supports',
    remedy: 'Move it by less, or reset the space, which sets its clock back.',
  },
  'scenario.unknown': {
    status: 400,
    title: 'There is no such scenario',
    remedy: 'Use a name that `ringback scenario list` or GET /_ringback/scenarios shows.',
  },
  'scenario.invalid': {
    status: 422,
    title: 'The scenario is not valid',
    remedy: 'Fix the scenario at the place given. `ringback scenario lint` checks a file.',
  },
  'consumer.unreachable': {
    status: 502,
    title: 'The consumer cannot be reached',
    remedy: 'Start the consumer before the check, and compare host and port of its endpoint.',
  },
  'consumer.undriven': {
    status: 502,
    title: 'The consumer does not submit',
    remedy:
      "Make the driver succeed, and set the provider's URL in the consumer's configuration to that of the mock.",
  },
  'space.limit': {
    status: 429,
    title: 'There are too many spaces',
    remedy:
      'Use fewer spaces at a time, wait until some are idle, or start the server with a higher --max-spaces.',
  },
  'memory.full': {
    status: 507,
    title: 'The memory limit is reached',
    remedy:
      'Let pending callbacks finish, reset spaces that you no longer need, or raise limits.memoryBytes or --memory-bytes.',
  },
  'storage.full': {
    status: 507,
    title: 'The disk is full',
    remedy: 'Free space on the disk that the message names, or reset spaces to delete their uploads.',
  },
  'storage.unusable': {
    status: 507,
    title: 'The folder for uploads cannot be used',
    remedy:
      'Create the folder that the message names, and make it writable for the user who runs the server.',
  },
  'descriptors.exhausted': {
    status: 503,
    title: 'The process has reached its limit of open files',
    remedy:
      'Send the request again in a second, close idle connections, or raise the limit of open files (ulimit -n).',
  },
  'space.unknown': {
    status: 404,
    title: 'There is no such space',
    remedy: 'Create the space with a request to its control API, e.g. GET /@{space}/_ringback/health.',
  },
  'server.busy': {
    status: 503,
    title: 'There are too many connections',
    remedy: 'Close connections that you no longer need, or start the server with a higher --max-connections.',
  },
  'events.limit': {
    status: 429,
    title: 'There are too many event streams and waiting requests',
    remedy:
      'Close event streams and requests with `wait` that you no longer need, or raise the setting limits.eventStreams.',
  },
  'scenario.refused': {
    status: 503,
    title: 'A scenario refuses the request on purpose',
    remedy: 'Handle it as a response of the provider. `respond` of the scenario defines it.',
  },
  'config.invalid': {
    status: 422,
    title: 'The configuration is not valid',
    remedy: 'Fix the places listed. docs/configuration.md describes every key.',
  },
  'contract.invalid': {
    status: 500,
    title: 'The contract cannot be used',
    remedy: 'Fix the OpenAPI document or schema at the place given.',
  },
  'setting.unknown': {
    status: 400,
    title: 'There is no such setting',
    remedy: 'Use a name that docs/settings.md lists.',
  },
  'setting.invalid': {
    status: 400,
    title: 'The value of the setting is invalid',
    remedy: 'Use a value of the type that docs/settings.md gives.',
  },
  'duration.invalid': {
    status: 400,
    title: 'The duration is malformed',
    remedy: 'Write a number with a unit, such as 250ms, 2s, 5m, 1h or 2d, or a number of milliseconds.',
  },
  'clock.real': {
    status: 409,
    title: 'The clock is real and cannot be moved',
    remedy: 'Start the server with --clock virtual to move time by hand.',
  },
  'clock.unsettled': {
    status: 409,
    title: 'The virtual clock does not settle',
    remedy: 'Move it only as far as the test needs with advance(), or shorten the script.',
  },
  'control.forbidden': {
    status: 403,
    title: 'The control API refuses this caller',
    remedy:
      'Use a host name that --allow-host allows, call from a page that --allow-origin allows, and send the token if one is set.',
  },
  'control.callback': {
    status: 403,
    title: 'The control API refuses callbacks',
    remedy: 'Send callbacks to your endpoint, or to /_ringback/inbox/{name}.',
  },
  'request.forbidden': {
    status: 403,
    title: 'The server refuses this caller',
    remedy: 'Use a host name that --allow-host allows, and call from a page that --allow-origin allows.',
  },
  'callback.address-refused': {
    status: 403,
    title: 'Callbacks to this address are not allowed',
    remedy:
      'Start the server with --allow-callbacks-to <host or CIDR> if you trust the address. For a link-local or metadata address, give the exact host or address.',
  },
  'callback.unknown': {
    status: 400,
    title: 'There is no such callback',
    remedy:
      'Use a callback that the contract declares. docs/callbacks.md lists those of the bundled contract.',
  },
  'callback.invalid': {
    status: 422,
    title: 'The callback violates the contract',
    remedy: 'Fix the violations listed. docs/callbacks.md describes each callback.',
  },
  'provider.failed': {
    status: 500,
    title: 'The code of the provider failed',
    remedy:
      'Fix the module that the message names. docs/define-provider.md says what its functions may return.',
  },
  'provider.closed': {
    status: 409,
    title: 'The mock provider is closed',
    remedy: 'Use it before close(), or start a new one with startProvider().',
  },
  'provider.unreachable': {
    status: 502,
    title: 'The running mock provider cannot be reached',
    remedy: 'Check the URL that you pass to startProvider, and that "ringback serve" is running there.',
  },
  'timers.faked': {
    status: 500,
    title: 'nextTick is faked, so Node.js cannot read or write',
    remedy: 'Exclude nextTick from the timers that your test fakes, or restore real timers first.',
  },
  'provider.version': {
    status: 409,
    title: 'The running server has another version than this package',
    remedy: 'Install the same version of ringback on both sides.',
  },
  'wait.timeout': {
    status: 504,
    title: 'The wait timed out',
    remedy: 'Compare what happened with what you wait for, or wait longer with the option timeout.',
  },
  'matcher.receiver': {
    status: 400,
    title: 'The matcher does not accept this value',
    remedy: 'Pass expect() a value of the kind that the message names.',
  },
  'node.restricted': {
    status: 500,
    title: 'Node.js does not allow code generation from strings',
    remedy: 'Start Node.js without --disallow-code-generation-from-strings.',
  },
  'runner.unusable': {
    status: 500,
    title: 'The test runner cannot be used',
    remedy: 'Install a version of the test runner that Ringback supports.',
  },
  'option.unknown': {
    status: 400,
    title: 'There is no such option',
    remedy: 'See --help for the options of this command.',
  },
  'option.invalid': {
    status: 400,
    title: 'The value of the option is invalid',
    remedy: 'See --help for the values of the option.',
  },
  'file.unreadable': {
    status: 500,
    title: 'A file cannot be read',
    remedy: 'Check the path and the permissions of the file.',
  },
  'file.unwritable': {
    status: 500,
    title: 'A file cannot be written',
    remedy: 'Use a path in a folder that exists and is writable.',
  },
  'file.exists': {
    status: 409,
    title: 'Files exist already',
    remedy: 'Use --force to replace them, or write elsewhere with the option that the message names.',
  },
  'package.missing': {
    status: 501,
    title: 'A required package is not installed',
    remedy: 'Install the package that the message names. It is optional, so Ringback does not install it.',
  },
  'package.unusable': {
    status: 501,
    title: 'A required package has an unsupported version',
    remedy: 'Install a version that the message names.',
  },
  'address.unusable': {
    status: 500,
    title: 'The server cannot listen on the address',
    remedy: 'Use another --port or --host, or stop the process that uses the port.',
  },
  internal: {
    status: 500,
    title: 'Ringback failed',
    remedy: 'This is a bug in Ringback. Please report it with the log.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
