import { configSchema } from '../../src/config/config-schema.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** `docs/configuration.md`: every key of `ringback.yaml`. */
export function configurationPage(): string {
  const { properties, $defs } = configSchema({ variables: true });
  const { operation } = $defs as Readonly<Record<string, JsonObject>>;
  return `${generatedFrom('src/config/config-schema.ts and tools/docs/configuration-page.ts')}

# Configuration

\`ringback.yaml\` says once what you would repeat on every command line and in every test: the contract, your scenarios, how
callbacks are signed, and what the contract leaves open.

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/ringback/schemas/ringback.schema.json
contract: ./openapi.yaml
name: payments
scenarios: [./scenarios]
signing: { scheme: standard-webhooks, secret: '\${WEBHOOK_SECRET}' }
webhooks: { to: http://127.0.0.1:3000/webhooks }
operations:
  createPayment:
    callbackUrl: $request.body#/notify_url
    callbacks: [onPaid]
\`\`\`

With the first line, editors complete every key and show what it does.

## Where it is found

1. \`--config <file>\`, or \`config\` of \`startProvider\`.
2. Otherwise \`ringback.yaml\` or \`ringback.yml\` beside the contract that is given, unless it names another contract.
3. Otherwise, on a command line without a contract, in the current folder. Then \`ringback serve\` serves its contract.

Paths are relative to the file. The command line or code takes precedence, then the environment variables of \`ringback
serve\`, then the file, then the defaults. A list such as \`scenarios\` is replaced, not extended. Settings are combined one by
one.

\`startProvider\` uses the options that it has itself, except \`port\`, \`clock\` and \`seed\`: a test has its own.

Changed scenario files are reloaded, as with \`--scenarios\`. Changes of the configuration itself need a restart.

## Variables and secrets

\`\${NAME}\` in a string is the value of an environment variable. Write \`$\${\` for the characters \`\${\` themselves. A variable
that is not set is an error, with its place. A secret in plain text is accepted with a warning.

## Templates

The [templates of scenarios](scenarios.md#values-of-the-run-templates) work where this file says where and with what
a callback is sent:

\`\`\`yaml
contract: ./openapi.yaml
webhooks: { to: 'http://127.0.0.1:3000/{{request.headers.x-tenant}}/webhooks' }
credentials: { callbacks: '{{request.body.token}}' }
operations:
  createPayment:
    callbackUrl: '{{resource.notify_url}}?event={{event.id}}'
\`\`\`

- They are filled when the callback is due, after the step's \`set\`. \`{{event.id}}\` is the one of the step.
- In a URL, values after its start are percent-encoded. \`callbackUrl\` takes runtime expressions, too:
  \`https://shop.test/hook/{$request.body#/id}\`.
- If a template of a URL has no value, \`callbackUrl\` gives way to the contract's own expression. Without a URL, the
  callback is not sent, and its run says why. If one of a credential has no value, the callback has no credential, and the
  run has a warning.
- The settings \`webhooks.to\` and \`<name>.callbackCredential\` take templates wherever you set them. A callback that is
  sent by hand has no submission: a credential with \`{{request.body.token}}\` is an error there.
- \`signing.template\` has [placeholders of its own](signatures.md). Elsewhere in this file, and if its name is wrong, a
  template is an error with its place.

## What the contract leaves open

Each entry of \`operations\` has the \`operationId\` of the operation, or its method and path.

${table(['key', 'what it does'], rows(operation?.properties as JsonObject))}

Several default callbacks are sent one after the other, each after the setting \`callbackAfter\` of your provider. A scenario
called \`default\` replaces the default callbacks of all operations. See [Scenarios](scenarios.md).

## How callbacks are retried

Contracts do not say it. \`retry\` does, in the same language as [\`retry\` of a scenario](scenario-reference.md), which takes
precedence for its runs:

\`\`\`yaml
contract: ./openapi.yaml
retry: { schedule: [5s, 1m, 10m], on: [5xx, timeout, network], timeout: 10s }
\`\`\`

The start shows it.

## What the contract cannot say

A module with \`provider\` adds code: see [Write a provider in about fifty lines](define-provider.md).

## Errors

All errors of the file are shown together, each with line and column, and the command ends with the exit code 2.

## All keys

${table(['key', 'default', 'what it does'], allRows(properties as JsonObject))}
`;
}

function rows(properties: JsonObject): string[][] {
  return Object.entries(properties).map(([name, schema]) => [code(name), textOf(schema as JsonObject)]);
}

/** Keys of objects come after their object. */
function allRows(properties: JsonObject, before = ''): string[][] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const schema = value as JsonObject;
    const own = name === 'settings' ? undefined : (schema.properties as JsonObject | undefined);
    return [
      [code(`${before}${name}`), defaultOf(schema.default), textOf(schema)],
      ...(own === undefined ? [] : allRows(own, `${before}${name}.`)),
    ];
  });
}

function textOf({ description, examples }: JsonObject): string {
  const [example] = (examples as readonly JsonValue[] | undefined) ?? [];
  return example === undefined
    ? String(description)
    : `${description} E.g. ${code(JSON.stringify(example))}.`;
}

function defaultOf(value: JsonValue | undefined): string {
  return value === undefined || value === '' ? '' : code(JSON.stringify(value));
}
