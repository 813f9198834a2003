import { brief, type Client } from './client.ts';
import type { JudgedCallback, JudgedDocument } from './document.ts';
import { propertiesOf } from './encode.ts';
import { readKey, withUrls } from './expressions.ts';
import { type MadeRequest, writeRequest } from './make-request.ts';
import type { Receiver } from './receiver.ts';
import { isObject } from './source.ts';

/**
 * Sends an invalid submission that has the URLs of the callbacks: it must be refused and call nobody back.
 * The problem, null if there is none, or undefined if the operation takes everything.
 */
export async function refuse(
  document: JudgedDocument,
  client: Client,
  receiver: Receiver,
  callbacks: readonly JudgedCallback[],
  requests: readonly MadeRequest[],
): Promise<string | null | undefined> {
  const [base] = requests;
  if (base === undefined) return undefined;
  const invalid =
    spoil(withUrls(base, callbacks, `${receiver.origin}/refused`), callbacks, document) ??
    spoil(base, callbacks, document);
  if (invalid === null) return undefined;
  const wire = writeRequest(invalid, document.schemas);
  receiver.take();
  const response = await client.send(wire);
  const deliveries = await client.settle();
  const received = receiver.take();
  const sent = `\n      sent ${wire.method} ${wire.target} ${brief(wire.body?.bytes ?? '')}`;
  if (response.status < 400 || response.status >= 500)
    return `an invalid request was answered ${response.status}${sent}`;
  if (deliveries.length + received.length === 0) return null;
  return `${Math.max(deliveries.length, received.length)} callbacks after ${response.status}${sent}`;
}

/** Leaves out something that is required, if possible not what an expression reads. */
function spoil(
  request: MadeRequest,
  callbacks: readonly JudgedCallback[],
  document: JudgedDocument,
): MadeRequest | null {
  const read = callbacks.map(({ expression }) => readKey(expression ?? '', request)?.[0]);
  const { operation, media, body } = request;
  const schema = media?.schema;
  if (schema !== null && schema !== undefined && isObject(body)) {
    const properties = propertiesOf(document.schemas, { $ref: `#/$defs/${schema}` });
    for (const name of Object.keys(body)) {
      // A request may lack what only the server sets.
      if (properties.get(name)?.readOnly === true) continue;
      if (read.some((place) => place?.from === 'body' && place.path[0] === name)) continue;
      const { [name]: _, ...rest } = body;
      if (
        document.judge
          .errors(schema, rest)
          .some(({ keyword, params }) => keyword === 'required' && params.missingProperty === name)
      )
        return { ...request, body: rest };
    }
  }
  const parameter = operation.parameters.find(
    (one) =>
      one.required &&
      (one.in === 'query' || one.in === 'header') &&
      !read.some((place) => place !== undefined && 'name' in place && place.name === one.name),
  );
  if (parameter !== undefined) {
    const parameters = new Map(request.parameters);
    parameters.delete(`${parameter.in} ${parameter.name}`);
    return { ...request, parameters };
  }
  if (operation.bodyRequired && media !== null) return { ...request, media: null, body: undefined };
  return null;
}
