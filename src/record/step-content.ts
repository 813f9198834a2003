import { isJsonObject, type JsonObject } from '../core/json.ts';
import { masked } from '../server/control/mask.ts';
import { type FoundTemplates, isFixedTime, templateOf } from './find-templates.ts';
import type { KnownDelivery } from './known-delivery.ts';
import { contentOf, type Leaf, type Replace } from './leaves.ts';
import { isSecretMember, maskText, maskUnread, withoutSecrets } from './mask-secrets.ts';
import { isIdName, plain } from './names.ts';
import type { DraftedStep } from './script-text.ts';

/**
 * What a step says about the content and the headers of its callback, and what could not be told.
 * @param templates null: the provider has none
 */
export function carriedBy(
  one: KnownDelivery,
  templates: FoundTemplates | null,
  secrets: ReadonlySet<string>,
): {
  readonly members: Pick<DraftedStep, 'content' | 'query' | 'payload' | 'headers'>;
  readonly notes: readonly string[];
} {
  const { type, text, value, form, values } = one;
  if (templates === null) return patchOf(one, secrets);
  const masks = new Set<string>();
  const kept = new Set<string>();
  const replace =
    (off: ReadonlySet<string>): Replace =>
    (leaf) => {
      const { name, value: given } = leaf;
      const shown = hidden(name, given, secrets);
      if (shown !== given) masks.add(leaf.pointer);
      const template = templateOf({ ...leaf, value: shown }, values, templates);
      if (template !== null && !off.has(template.kind)) return template.text;
      if (
        (isIdName(name) && templates.unknown.has(plain(name))) ||
        template !== null ||
        isFixedTime(leaf, values)
      )
        kept.add(leaf.pointer);
      return shown === given ? null : String(shown);
    };
  // A made-up id or time may be none that the contract allows.
  const off = new Set<string>();
  if (value !== undefined && form !== 'text')
    for (const kind of ['event', 'time'] as const) if (breaks(one, kind, templates)) off.add(kind);
  const content = contentOf(
    form === 'text' ? maskUnread(text ?? '') : (text ?? ''),
    value,
    form,
    replace(off),
  );
  const headers = Object.fromEntries(
    one.headers.map(([name, given]) => [
      name,
      replace(off)({ pointer: `header ${name}`, name, value: given }) ?? given,
    ]),
  );
  const query = type.hasBody ? declaredQuery(one, replace(off)) : {};
  return {
    members: {
      ...(type.hasBody || type.query.length > 0 ? { content } : {}),
      ...(Object.keys(query).length > 0 && { query }),
      ...(Object.keys(headers).length > 0 && { headers }),
    },
    notes: [
      ...(masks.size > 0 ? [`Masked as secrets: ${[...masks].join(', ')}.`] : []),
      ...(kept.size > 0
        ? [`As recorded, since where it comes from could not be told: ${[...kept].join(', ')}.`]
        : []),
    ],
  };
}

/** A value without its secrets. */
function hidden(name: string, value: Leaf['value'], secrets: ReadonlySet<string>): Leaf['value'] {
  if (value === '' || value === null || typeof value === 'boolean') return value;
  if (isSecretMember(name)) return masked;
  return typeof value === 'string' ? withoutSecrets(maskText(value), secrets) : value;
}

/** Query parameters that the contract declares for a callback with a body. */
function declaredQuery({ message, type }: KnownDelivery, replace: Replace): JsonObject {
  const names = type.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const given = new URLSearchParams(message.target.split('?').slice(1).join('?'));
  return Object.fromEntries(
    [...given].flatMap(([name, value]) =>
      names.includes(name) ? [[name, replace({ pointer: `query ${name}`, name, value }) ?? value]] : [],
    ),
  );
}

/** For a provider without templates: what differs from what it sends. It fills in its own ids. */
function patchOf({ type, value }: KnownDelivery, secrets: ReadonlySet<string>): ReturnType<typeof carriedBy> {
  if (!isJsonObject(value)) return { members: {}, notes: [] };
  const entries = Object.entries(value).filter(([name]) => !isIdName(name) && !isSecretMember(name));
  const patch = contentOf('', Object.fromEntries(entries), 'compact-json', ({ name, value: given }) => {
    const shown = hidden(name, given, secrets);
    return shown === given ? null : String(shown);
  }) as JsonObject;
  const members = entries.length === 0 ? {} : type.hasBody ? { payload: patch } : { query: patch };
  return { members, notes: ['Its ids are those of the mock.'] };
}

const sample = { event: '00000000-0000-4000-8000-000000000000', time: '2030-01-01T00:00:00.000Z' };

/** Whether made-up values of a kind violate the contract where the recorded ones do not. */
function breaks(
  { type, value, values, violations }: KnownDelivery,
  kind: 'event' | 'time',
  templates: FoundTemplates,
): boolean {
  const places = new Set(violations.map(({ location }) => location));
  const filled = contentOf('', value, 'compact-json', (leaf) => {
    const template = templateOf(leaf, values, templates);
    return template?.kind === kind ? template.text.replace(/\{\{[^}]*\}\}/, sample[kind]) : null;
  });
  return type.validate(filled).some(({ location }) => !places.has(location));
}
