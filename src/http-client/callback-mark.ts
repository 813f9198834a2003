/**
 * Header of every callback of Ringback, whatever headers the consumer asked for. The control API refuses requests with
 * it, so that a callback can never control a mock, under any host name. Forging it gains nothing.
 */
export const callbackMark = 'x-ringback-callback';
