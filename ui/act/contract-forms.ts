import { type Json, resolved } from './resolved.ts';
import { sampleOf } from './sample.ts';

export interface FormField {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header' | 'form' | 'file';
  readonly isRequired: boolean;
  readonly description: string;
  readonly value: string;
}

/** An operation of the contract as a form: its fields, and a JSON body that is edited as text. */
export interface RequestForm {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly hasCallbacks: boolean;
  readonly fields: readonly FormField[];
  /** Null: the body is a form, or there is none. */
  readonly json: string | null;
  readonly mediaType: string | null;
  /** Credentials that any mock accepts, unless its settings list some. */
  readonly credentials: Readonly<Record<string, string>>;
}

const methods = ['post', 'put', 'patch', 'delete', 'get'] as const;

/** The operations of a contract as forms; those that declare callbacks first. Callback URLs are those of an inbox. */
export function requestForms(document: Json, inboxUrl: string): readonly RequestForm[] {
  const forms = Object.entries((document.paths ?? {}) as Json).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Json)[method] as Json | undefined;
      const shared = ((item as Json).parameters ?? []) as Json[];
      return operation === undefined
        ? []
        : [requestForm(document, { path, method, operation, shared, inboxUrl })];
    }),
  );
  return forms
    .filter(({ hasCallbacks, method }) => hasCallbacks || method !== 'GET')
    .sort((a, b) => Number(b.hasCallbacks) - Number(a.hasCallbacks));
}

interface Declared {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
  readonly shared: readonly Json[];
  readonly inboxUrl: string;
}

function requestForm(document: Json, { path, method, operation, shared, inboxUrl }: Declared): RequestForm {
  const callbacks = (operation.callbacks ?? {}) as Json;
  const targets = Object.values(callbacks).flatMap((callback) =>
    Object.keys(resolved(document, callback as Json)).flatMap((expression) => targetsIn(expression)),
  );
  const parameters = [...shared, ...((operation.parameters ?? []) as Json[])].map((each) =>
    resolved(document, each),
  );
  const content = (resolved(document, (operation.requestBody ?? {}) as Json).content ?? {}) as Json;
  const mediaType =
    Object.keys(content).find((type) => /json/i.test(type)) ?? Object.keys(content)[0] ?? null;
  const media = (mediaType === null ? {} : content[mediaType]) as Json;
  const isJson = mediaType !== null && /json/i.test(mediaType);
  const sample =
    mediaType === null
      ? undefined
      : (media.example ?? firstExample(document, media) ?? sampleOf(document, media.schema));
  const body = withTargets(sample, targets, inboxUrl);
  return {
    id: String(operation.operationId ?? `${method.toUpperCase()} ${path}`),
    method: method.toUpperCase(),
    path,
    summary: String(operation.summary ?? ''),
    hasCallbacks: Object.keys(callbacks).length > 0,
    fields: [
      ...parameters.flatMap((parameter) => parameterField(document, parameter, targets, inboxUrl)),
      ...(isJson || mediaType === null ? [] : formFields(document, media.schema, body)),
    ],
    json: isJson ? JSON.stringify(body ?? {}, null, 2) : null,
    mediaType,
    credentials: credentialsFor(document, operation),
  };
}

/** Where the submission has its callback URL, by the runtime expressions of the contract. */
interface CallbackTarget {
  readonly place: 'body' | 'query' | 'header';
  readonly name: string;
}

function targetsIn(expression: string): CallbackTarget[] {
  return [...expression.matchAll(/\{\$request\.(body#|query\.|header\.)([^}]*)\}/g)].map(
    ([, place = '', name = '']) => ({
      place: place === 'body#' ? 'body' : place === 'query.' ? 'query' : 'header',
      name,
    }),
  );
}

function withTargets(sample: unknown, targets: readonly CallbackTarget[], url: string): unknown {
  let body = sample;
  for (const { place, name } of targets) {
    if (place === 'body') body = withMember(body, name.split('/').slice(1), url);
  }
  return body;
}

function withMember(value: unknown, [key, ...rest]: readonly string[], member: string): unknown {
  if (key === undefined) return member;
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? withMember(item, rest, member) : item));
  }
  const object = typeof value === 'object' && value !== null ? (value as Json) : {};
  return { ...object, [key]: withMember(object[key], rest, member) };
}

function parameterField(
  document: Json,
  parameter: Json,
  targets: readonly CallbackTarget[],
  inboxUrl: string,
): FormField[] {
  const place = parameter.in;
  const name = String(parameter.name);
  if (place !== 'path' && place !== 'query' && place !== 'header') return [];
  const isTarget = targets.some((target) => target.place === place && target.name === name);
  const isRequired = parameter.required === true;
  const example = parameter.example ?? firstExample(document, parameter);
  const value = example ?? (isRequired ? sampleOf(document, parameter.schema) : '');
  return [
    {
      name,
      place,
      isRequired,
      description: String(parameter.description ?? ''),
      value: isTarget ? inboxUrl : isRequired ? textOf(value) : '',
    },
  ];
}

function formFields(document: Json, schema: unknown, sample: unknown): FormField[] {
  const { properties = {}, required = [] } = resolved(document, (schema ?? {}) as Json) as {
    properties?: Json;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, given]) => {
    const property = resolved(document, given as Json);
    const items = resolved(document, (property.items ?? {}) as Json);
    const isFile = [property, items].some(
      ({ format, contentMediaType }) => format === 'binary' || contentMediaType !== undefined,
    );
    return {
      name,
      place: isFile ? 'file' : 'form',
      isRequired: required.includes(name),
      description: String(property.description ?? ''),
      value: isFile ? '' : textOf((sample as Json | undefined)?.[name] ?? ''),
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function firstExample(document: Json, { examples }: Json): unknown {
  const [first] = Object.values((examples ?? {}) as Json);
  return first === undefined ? undefined : resolved(document, first as Json).value;
}

function credentialsFor(document: Json, operation: Json): Readonly<Record<string, string>> {
  const [first] = (operation.security ?? document.security ?? []) as readonly Json[];
  const schemes = ((document.components ?? {}) as Json).securitySchemes as Json | undefined;
  const headers: Record<string, string> = {};
  for (const name of Object.keys(first ?? {})) {
    const scheme = resolved(document, (schemes?.[name] ?? {}) as Json);
    if (scheme.type === 'apiKey' && scheme.in === 'header') headers[String(scheme.name)] = 'any';
    else if (String(scheme.scheme).toLowerCase() === 'basic')
      headers.authorization = `Basic ${btoa('any:any')}`;
    else if (scheme.type !== undefined) headers.authorization = 'Bearer any';
  }
  return headers;
}
