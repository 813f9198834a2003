import type { CallbackType, Operation } from '../../core/contract/contract.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';

const success =
  /succe|complet|approv|accept|paid|deliver(?!y)|done|finish|ready|activ|confirm|verif|captur|settl|creat|process|result|granted|won|ok\b/gi;
const failure =
  /fail|err|except|reject|declin|cancel|expir|invalid|denied|deny|timeout|abort|refus|chargeback|disput|unavailab|revok|terminat|unsubscrib|bounce|delet|remov|lost/gi;

/**
 * The callbacks of an operation that a submission can call, the one that most plainly means success first: by the words
 * of its name, then its description, then its payload; then in document order.
 */
export function rankedCallbacks(
  operation: Operation,
  callbacks: ReadonlyMap<string, CallbackType>,
): readonly CallbackType[] {
  const own = operation.callbacks.flatMap(({ type }) => callbacks.get(type) ?? []);
  const able = own.filter((type) => type.url !== null);
  if (able.length < 2) return able;
  return able
    .map((type) => ({ type, score: scoreOf(type) }))
    .sort((a, b) => b.score - a.score)
    .map(({ type }) => type);
}

function scoreOf(type: CallbackType): number {
  const said = `${type.event} ${type.expression ?? ''}`;
  return 16 * balance(said) + 4 * balance(type.description) + balance(payloadWords(type));
}

/** -1, 0 or 1: whether the words speak of failure or success. */
export function balance(text: string): number {
  return Math.sign((text.match(success)?.length ?? 0) - (text.match(failure)?.length ?? 0));
}

/** The constants and single choices of the payload: `status: failed`. */
function payloadWords({ content }: CallbackType): string {
  const words: string[] = [];
  const visit = (schema: JsonValue | undefined, depth: number): void => {
    if (!isJsonObject(schema) || depth > 4) return;
    if (typeof schema.const === 'string') words.push(schema.const);
    const [only, second] = Array.isArray(schema.enum) ? schema.enum : [];
    if (typeof only === 'string' && second === undefined) words.push(only);
    if (isJsonObject(schema.properties))
      for (const property of Object.values(schema.properties)) visit(property, depth + 1);
    for (const key of ['allOf', 'anyOf', 'oneOf'])
      if (Array.isArray(schema[key])) for (const part of schema[key]) visit(part, depth + 1);
  };
  for (const media of content.values()) {
    visit(media.schema, 0);
    for (const { value } of media.examples)
      if (isJsonObject(value))
        for (const item of Object.values(value)) if (typeof item === 'string') words.push(item);
  }
  return words.join(' ');
}
