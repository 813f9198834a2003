import { ruleIds } from '../check/rule-ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { SettingEntry } from '../core/read-setting.ts';
import { durationSchema } from '../core/scenario/duration-schema.ts';
import { knownPresets } from '../core/scenario/retry-presets.ts';
import { retrySchema } from '../core/scenario/retry-schema.ts';
import { settingSchema } from '../core/scenario/settings-schema.ts';
import { type SettingsTable, settingsTable } from '../core/settings.ts';
import { signingSettings } from '../core/signing/settings.ts';
import { checkOptions } from '../options/check-options.ts';
import { clientOptions } from '../options/client-options.ts';
import { logOption } from '../options/log-option.ts';
import type { OptionEntry } from '../options/option-entry.ts';
import { serverOptionsByName } from '../options/server-options.ts';
import { onlyOption, reportOption, strictOption } from '../options/shared-options.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { settingsOf } from '../providers/contract/settings.ts';

/** The options that the file may have, by their names: those of `ringback serve` without what has a key of its own. */
export const configOptions: ReadonlyMap<string, OptionEntry> = new Map<string, OptionEntry>(
  [...serverOptionsByName, ['log', logOption] as const].filter(
    ([name]) => name !== 'config' && name !== 'settings' && name !== 'webhooksTo',
  ),
);

const url: OptionEntry = {
  type: 'string',
  commands: ['check'],
  default: null,
  value: '<url>',
  example: 'http://localhost:3000/callback',
  text: "The consumer's callback endpoint. Default: none, and the command line names it.",
};

/** The keys below `check`, by their names: the options of `ringback check` without what has a key of its own. */
export const checkKeys: ReadonlyMap<string, OptionEntry> = new Map<string, OptionEntry>(
  Object.entries({
    url,
    provider: clientOptions.provider,
    space: clientOptions.space,
    ...checkOptions,
    only: onlyOption,
    report: { ...reportOption, example: ['junit=check.xml', 'html=check.html'] },
    strict: strictOption,
  }).map(([flag, entry]) => [flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()), entry]),
);

/**
 * JSON Schema of `ringback.yaml`.
 * @param style.variables whether a string with `${NAME}` is allowed wherever another type is expected. It is in the
 *   file, and no more once variables are expanded
 */
export function configSchema({ variables }: { readonly variables: boolean }): JsonObject {
  const orVariable = (schema: JsonObject): JsonObject => {
    const { description, default: standard, examples, ...type } = schema;
    if (!variables || type.type === 'string' || type.type === 'array' || type.type === 'object')
      return schema;
    return {
      ...(description !== undefined && { description }),
      ...(standard !== undefined && { default: standard }),
      ...(examples !== undefined && { examples }),
      anyOf: [type, { $ref: '#/$defs/variable' }],
    };
  };
  const object = (description: string, properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    description,
    type: 'object',
    additionalProperties: false,
    properties,
    ...more,
  });
  const setting = ({ text, ...entry }: SettingEntry): JsonObject =>
    orVariable({ description: plain(text), ...settingSchema(entry.type), default: entry.default });
  const settings = (table: SettingsTable): JsonObject =>
    Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, setting(entry)]));
  const signing = Object.fromEntries(
    Object.entries(signingSettings).map(([name, entry]) => [name.slice('signing.'.length), setting(entry)]),
  );
  const others = [...bundledProviders.keys()].join('|');
  const own = Object.entries(settingsOf('payments')).map(([name, entry]) => [
    `^(?!(${others})\\.)[a-z][a-z0-9-]*\\.${name.slice('payments.'.length)}$`,
    setting(entry),
  ]);
  const operation = object(
    'What the contract leaves open about one operation.',
    {
      id: {
        description:
          'Runtime expression of the id in the response, if the operation creates something whose id is not found otherwise. Default: the property that is called like the path parameter, or id.',
        type: 'string',
        minLength: 1,
        examples: ['$response.body#/data/reference'],
      },
      callbackUrl: {
        description:
          "Runtime expression of the callback URL, or a URL with expressions and templates. If a request has nothing there, the contract's own expression counts. Webhooks that the operation sends go there, too. Default: the expression of the contract, and webhooks.to for webhooks.",
        type: 'string',
        minLength: 1,
        examples: ['$request.body#/notify_url', 'https://{$request.header.x-callback-host}/hook'],
      },
      callbacks: {
        description:
          "The callbacks and webhooks that the operation sends by default, in this order, each after the setting callbackAfter. Empty: none. Default: the operation's only callback, or the one that most plainly means success.",
        type: 'array',
        items: { type: 'string', minLength: 1 },
        examples: [['onPaid'], []],
      },
    },
    { minProperties: 1 },
  );
  const credential = (description: string, example: string): JsonObject => ({
    description,
    type: 'string',
    minLength: 1,
    examples: [example],
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'ringback.yaml',
    ...object('Configuration of Ringback. Paths are relative to the file.', {
      $schema: { description: 'The schema for editors. Ringback ignores it.', type: 'string' },
      contract: {
        description: 'The OpenAPI file to serve. Default: the bundled contract.',
        type: 'string',
        minLength: 1,
        examples: ['./openapi.yaml'],
      },
      provider: {
        description:
          'A module whose default export is made by defineProvider. Its code responds in front of the contract. Default: none.',
        type: 'string',
        minLength: 1,
        examples: ['./provider.mjs'],
      },
      operations: {
        description:
          'What the contract leaves open, by operation: its operationId, or its method and path such as "POST /payments".',
        type: 'object',
        additionalProperties: { $ref: '#/$defs/operation' },
        examples: [{ createPayment: { callbacks: ['onPaid'] } }],
      },
      signing: object(
        'How callbacks are signed: the settings signing.*.',
        {
          ...signing,
          secret: credential('The only secret that signs. For several, use secrets.', `\${WEBHOOK_SECRET}`),
        },
        { examples: [{ scheme: 'standard-webhooks', secret: `\${WEBHOOK_SECRET}` }] },
      ),
      webhooks: object('Where webhooks are sent.', {
        to: {
          description: plain(serverOptionsByName.get('webhooksTo')?.text ?? ''),
          type: 'string',
          minLength: 1,
          examples: ['http://127.0.0.1:3000/webhooks'],
        },
      }),
      check: object(
        'What `ringback check` does, see docs/check.md. Commands run in the current folder.',
        Object.fromEntries(
          [...checkKeys].map(([name, entry]) => [name, orVariable(checkSchema(name, entry))]),
        ),
        { examples: [{ url: 'http://localhost:3000/callback', skip: ['growth'] }] },
      ),
      retry: orVariable({
        ...retrySchema(Object.keys(knownPresets)),
        description:
          'How callbacks are retried, unless a scenario has its own retry: the name of a preset, or a policy. See retry in docs/scenario-reference.md. Default: one attempt.',
        examples: ['standard-webhooks', { schedule: ['5s', '1m'], on: [503, 'timeout'], timeout: '10s' }],
      }),
      credentials: object('Credentials of the provider that your contract describes.', {
        requests: {
          ...setting(settingsOf('payments')['payments.credentials'] as SettingEntry),
          examples: [[`\${API_KEY}`]],
        },
        callbacks: {
          ...setting(settingsOf('payments')['payments.callbackCredential'] as SettingEntry),
          examples: [`\${CALLBACK_TOKEN}`],
        },
      }),
      settings: {
        description: 'Settings by name. docs/settings.md lists all settings.',
        type: 'object',
        // Without variables, their values are read as those of --set are.
        ...(variables && {
          properties: settings(settingsTable(bundledProviders)),
          patternProperties: Object.fromEntries(own),
        }),
        examples: [{ 'payments.resources': 'strict' }],
      },
      ...Object.fromEntries(
        [...configOptions].map(([name, entry]) => [name, orVariable(optionSchema(entry))]),
      ),
    }),
    $defs: {
      operation,
      duration: variables ? { anyOf: [durationSchema, { $ref: '#/$defs/variable' }] } : durationSchema,
      ...(variables && {
        variable: {
          title: `the name of an environment variable, such as \${PORT}`,
          type: 'string',
          pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}',
        },
      }),
    },
  };
}

/** Names of the command line become those of the file. */
function plain(text: string): string {
  return text.replaceAll(/--([a-z][a-z-]*)/g, (flag, name: string) => {
    const [own = flag] = [...serverOptionsByName].find(([, entry]) => entry.flag === name) ?? [];
    return own === 'webhooksTo' ? 'webhooks.to' : own;
  });
}

function checkSchema(name: string, entry: OptionEntry): JsonObject {
  const text = (entry.texts?.check ?? entry.text).replace(', separated by commas', '');
  const schema = optionSchema({ ...entry, text });
  return name === 'only' || name === 'skip'
    ? { ...schema, items: { enum: ruleIds }, examples: [['growth']] }
    : schema;
}

function optionSchema(entry: OptionEntry): JsonObject {
  const { text, example, default: standard } = entry;
  return {
    description: plain(text),
    ...optionType(entry),
    ...(standard !== null && { default: standard }),
    ...(example !== undefined && { examples: [example] }),
  };
}

function optionType({ type, min, max }: OptionEntry): JsonObject {
  if (typeof type === 'object') return { enum: type };
  switch (type) {
    case 'integer':
    case 'number':
      return { type, ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
    case 'duration':
      return { $ref: '#/$defs/duration' };
    case 'flag':
      return { type: 'boolean' };
    case 'strings':
      return { type: 'array', items: { type: 'string', minLength: 1 } };
    case 'assignments':
      return { type: 'object' };
    case 'string':
    case 'time':
      return { type: 'string', minLength: 1 };
  }
}
