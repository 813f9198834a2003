import { isJsonObject, type JsonObject } from '../../json.ts';
import { type CallbackKey, readCallbackKey } from '../callback-key.ts';
import { isJsonMedia } from '../coerce.ts';
import type { CallbackType, MediaTypeDeclaration, Parameter, Validator } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { below, type Place, textOf } from '../place.ts';
import { readEnums } from '../read-enums.ts';
import { anything, valid } from '../valid.ts';
import type { CallbackSource } from './find-callbacks.ts';
import { type ForeignReader, readContent } from './media.ts';
import { readForeignParameters } from './parameters.ts';
import { readCallbackAnswers } from './responses.ts';
import { readSecurity } from './security.ts';

/** The callback types of a contract, each under a name that no other one has. */
export function nameCallbacks(sources: readonly CallbackSource[]): ReadonlyMap<string, CallbackSource> {
  const requests = new Map<string, number>();
  for (const { base } of sources) requests.set(base, (requests.get(base) ?? 0) + 1);
  const types = new Map<string, CallbackSource>();
  for (const source of sources) {
    const { base, method, expression } = source;
    const isOnly = requests.get(base) === 1;
    const name = isOnly ? base : [base, method, expression].filter((part) => part).join(' ');
    // Two operations may share names in ways that only the place tells apart.
    types.set(types.has(name) ? `${name} ${source.place.pointer}` : name, source);
  }
  return types;
}

/** A callback type whose parts are read at their first use. */
export function readCallbackType(reader: ForeignReader, type: string, source: CallbackSource): CallbackType {
  const { document } = reader;
  const { event, kind, owner, expression, place, method } = source;
  const parameters = lazy(() => readForeignParameters(reader, source, null, 'callback'));
  const content = lazy(() => {
    const body = document.object(below(place, 'requestBody'), 'A request body');
    return body === undefined
      ? new Map<string, MediaTypeDeclaration>()
      : readContent(reader, body, 'callback');
  });
  const query = lazy(() => parameters().filter((parameter) => parameter.in === 'query'));
  const media = lazy(() => mainMedia(content()));
  const validate: Validator = (value) =>
    content().size > 0 ? (media()?.validate ?? anything)(value) : validateQuery(query(), value);
  const security = lazy(() => readSecurity(document, below(place, 'security')));
  const answers = lazy(() => readCallbackAnswers(reader, place));
  const enums = lazy(() => enumsOf(reader, media()));
  const examples = lazy(() => validExamples(media()));
  return {
    type,
    provider: reader.provider,
    name: type,
    event,
    kind,
    operation: owner?.id ?? null,
    expression,
    pointer: place.pointer,
    ...readUrl(reader, source),
    methods: [method],
    description: textOf(below(place, 'description')) ?? textOf(below(place, 'summary')) ?? '',
    validate,
    validateStrict: validate,
    get parameters() {
      return parameters();
    },
    get content() {
      return content();
    },
    get security() {
      return security();
    },
    get query() {
      return content().size > 0 ? [] : query().map(({ name }) => name);
    },
    get hasBody() {
      return content().size > 0;
    },
    get enums() {
      return enums();
    },
    get answers() {
      return answers();
    },
    get examples() {
      return examples();
    },
  };
}

const byHand = 'Send it by hand with POST /_ringback/callbacks.';

function readUrl(
  reader: ForeignReader,
  source: CallbackSource,
): Pick<CallbackType, 'url' | 'reading' | 'unsubmittable'> {
  const { kind, expression, nested, place, owner } = source;
  const never = (reason: string) => ({ url: null, reading: null, unsubmittable: reason });
  if (kind !== 'callback') {
    return never(
      'It is a webhook, so that no request has its URL. Start the server with --webhooks-to, or send it by hand with POST /_ringback/callbacks.',
    );
  }
  if (nested || owner === null)
    return never(`Another callback declares it, so that no submission has its URL. ${byHand}`);
  if (expression === null || expression === '') return never(`It has no expression for its URL. ${byHand}`);
  const key = readKey(reader, source, expression);
  if ('reason' in key) return never(key.reason);
  if (key.forgiven !== null) reader.document.forgive(place, key.forgiven);
  return { url: key.url, reading: key.expression, unsubmittable: null };
}

function readKey(reader: ForeignReader, { owner, items }: CallbackSource, key: string): CallbackKey {
  const objectAt = (place: Place | undefined): JsonObject =>
    place !== undefined && isJsonObject(place.value) ? place.value : {};
  return readCallbackKey(key, {
    document: objectAt(reader.document.root),
    operation: objectAt(owner?.place),
    pathItem: objectAt(owner?.items[0]),
    callback: objectAt(items[0]),
  });
}

/** JSON if the callback has it, else its first media type. */
function mainMedia(content: ReadonlyMap<string, MediaTypeDeclaration>): MediaTypeDeclaration | undefined {
  const json = [...content].find(([type]) => isJsonMedia(type))?.[1];
  return json ?? content.values().next().value;
}

function enumsOf(
  { document }: ForeignReader,
  media: MediaTypeDeclaration | undefined,
): CallbackType['enums'] {
  const { pointer = null, schema = true } = media ?? {};
  return pointer === null ? new Map() : readEnums({ file: '', pointer, value: schema }, document);
}

function validExamples(media: MediaTypeDeclaration | undefined): readonly JsonObject[] {
  return (media?.examples ?? []).flatMap(({ value }) =>
    isJsonObject(value) && media?.validate(value).length === 0 ? [value] : [],
  );
}

/** The query parameters as one object. */
function validateQuery(query: readonly Parameter[], value: unknown): ReturnType<Validator> {
  if (query.length === 0) return valid;
  if (!isJsonObject(value)) return [{ location: '', code: 'type', message: 'must be an object' }];
  return query.flatMap(({ name, required, validate }) => {
    if (Object.hasOwn(value, name)) {
      return validate(value[name]).map((each) => ({ ...each, location: `/${name}${each.location}` }));
    }
    const message = `must have the property ${JSON.stringify(name)}`;
    return required ? [{ location: '', code: 'required', message }] : [];
  });
}
