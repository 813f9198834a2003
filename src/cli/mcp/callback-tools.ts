import type { JsonObject, JsonValue } from '../../core/json.ts';
import { isSecretName, masked, maskHeaders, maskUrl, maskUrlsIn } from '../../server/control/mask.ts';
import type { InboxRequestRecord } from '../../testing/records.gen.ts';
import { deliveryText } from '../client/delivery-rows.ts';
import { type CallbackList, callbackListText, fireCallback } from '../client/fire-callback.ts';
import { type InboxList, inboxRequestText, inboxText, readInboxRequest } from '../client/show-inbox.ts';
import { bodyLimit, defaultLimit, limitInput, reading, type Tool, tool } from './tool.ts';

const callbacks = tool<object>({
  name: 'list_callbacks',
  title: 'List the callbacks of the contract',
  description:
    'Lists the callbacks and webhooks that the contract of the mock declares, and whether each can be sent by hand. Use it to find the name for fire_callback.',
  annotations: reading,
  input: {},
  output: 'listCallbacks',
  call: async (_input, { open }) => {
    const list = (await (await open(false)).call('GET', 'callbacks')) as CallbackList;
    return { text: callbackListText(list), structured: list };
  },
});

const fire = tool<{
  readonly callback: string;
  readonly to: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: JsonValue;
}>({
  name: 'fire_callback',
  title: 'Send one callback now',
  description:
    'Sends one callback to an endpoint now, without a submission, and returns the delivery with the response. Use it to try an endpoint with one request. To play whole sequences with retries, use queue_scenarios and submit something.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: {
    callback: {
      title: 'the name of a callback',
      description: 'The callback, as list_callbacks shows it.',
      type: 'string',
      minLength: 1,
    },
    to: {
      title: 'an absolute http or https URL',
      description: 'Where to send it. Loopback and private addresses, and those that the server allows.',
      type: 'string',
      pattern: '^[hH][tT][tT][pP][sS]?://',
      examples: ['http://localhost:3000/callback'],
    },
    method: {
      title: 'an HTTP method in upper case',
      description: 'Default: the first that the contract declares for the callback.',
      type: 'string',
      pattern: '^[A-Z]+$',
    },
    headers: {
      title: 'an object of strings',
      description: "Headers in addition to the callback's own.",
      type: 'object',
      additionalProperties: { title: 'a string', type: 'string' },
    },
    payload: {
      description:
        'The body as a JSON value, or the query parameters as one object. Default: what the provider sends.',
    },
  },
  required: ['callback', 'to'],
  output: 'fireCallback',
  call: async ({ callback, ...order }, { open }) => {
    const delivery = await fireCallback(await open(true), callback, order as JsonObject);
    return { text: deliveryText(delivery), structured: delivery };
  },
});

const inboxName: JsonObject = {
  title: 'letters, digits, dots, dashes and underscores, at most 64',
  description: 'Name of the inbox: the last part of its URL, e.g. mine of /_ringback/inbox/mine.',
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
};

const inbox = tool<{ readonly name: string; readonly limit?: number }>({
  name: 'list_inbox_requests',
  title: 'List the requests of an inbox',
  description:
    'Lists the requests that a built-in receiver of callbacks got, newest last. An inbox is a callback URL of the mock itself (/_ringback/inbox/{name}), for when there is no consumer yet. Secrets in headers and URLs are masked.',
  annotations: reading,
  input: { name: inboxName, limit: limitInput },
  required: ['name'],
  output: 'getInbox',
  call: async ({ name, limit = defaultLimit }, { open }) => {
    const path = `inboxes/${name}?limit=${limit}&bodyLimit=${bodyLimit}`;
    const list = (await (await open(false)).call('GET', path)) as InboxList;
    const shown = { ...list, requests: list.requests.map(withoutSecrets) };
    return { text: inboxText(name, shown), structured: shown };
  },
});

const inboxRequest = tool<{ readonly name: string; readonly id: string }>({
  name: 'get_inbox_request',
  title: 'Show a request of an inbox in full',
  description:
    'Shows one request that an inbox received, with its headers and whole body. Secrets in headers and URLs are masked.',
  annotations: reading,
  input: {
    name: inboxName,
    id: {
      title: 'the id of a request',
      description: 'Id of the request, from list_inbox_requests.',
      type: 'string',
      minLength: 1,
    },
  },
  required: ['name', 'id'],
  output: 'getInboxRequest',
  call: async ({ name, id }, { open }) => {
    const shown = withoutSecrets(await readInboxRequest(await open(false), name, id));
    return { text: inboxRequestText(shown), structured: shown };
  },
});

/** Tests need the requests of an inbox as sent; a model must not see their secrets. */
function withoutSecrets({ json: _, ...request }: InboxRequestRecord): InboxRequestRecord {
  const query = Object.entries(request.query).map(([name, value]) => [
    name,
    isSecretName(name) ? masked : value,
  ]);
  return {
    ...request,
    url: maskUrl(request.url),
    query: Object.fromEntries(query),
    headers: maskHeaders(request.headers),
    body: maskUrlsIn(request.body),
  };
}

export const callbackTools: readonly Tool[] = [callbacks, fire, inbox, inboxRequest];
