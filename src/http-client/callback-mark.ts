/**
 * The header that every callback of Ringback carries, whatever headers the consumer asked for. The control API refuses
 * requests with it, so that a callback operates no mock, under whatever name it gets there. A forged one opens nothing.
 */
export const callbackMark = 'x-ringback-callback';
