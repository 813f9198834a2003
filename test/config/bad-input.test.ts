import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { isRingbackError } from '../../src/core/errors.ts';
import { folderWith, orders } from './support.ts';

const environment = { SET: 'value', PORT: '70000', SECRET: 'hidden' };

/** What is wrong with a configuration: `line:column message` of each finding. */
async function findings(text: string, files: Readonly<Record<string, string | object>> = {}) {
  const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': text, ...files });
  const path = join(folder, 'ringback.yaml');
  try {
    await openConfigured(await readConfig(path, environment), {});
    return [];
  } catch (error) {
    if (!isRingbackError(error, 'config.invalid')) throw error;
    return error.violations.map(({ location, message }) => `${location}: ${message}`.replaceAll(path, ''));
  }
}

test.each<[string, string, RegExp]>([
  ['a number in quotes', "port: '81'", /^:1:7: got "81", expected /],
  [
    'a variable in a list that is not set',
    "allowHosts: [a, '${STE}']",
    /^:1:17: the environment variable STE is not set/,
  ],
  [
    'a variable below a key with a slash that is not set',
    "settings:\n  a/b: '${STE}'",
    /^:2:8: the environment variable STE is not set/,
  ],
  ['an unknown key', 'contarct: a.yaml', /^:1:1: unknown key "contarct"\. Did you mean "contract"\?/],
  ['a wrong type', 'name: 7', /^:1:7: got 7, expected a string/],
  ['a number out of range', 'port: 70000', /^:1:7: got 70000, expected .*65535/],
  ['a duration without a unit', 'requestTimeout: fast', /^:1:17: got "fast", expected a duration such as/],
  ['a duration out of range', 'requestTimeout: 1ms', /^:1:17: got "1ms", expected a duration from 1s to 1d/],
  ['a time of another form', 'now: tomorrow', /^:1:6: got "tomorrow", expected /],
  [
    'a word that is no choice',
    'clock: vertual',
    /^:1:8: got "vertual", expected one of real, virtual\. Did you/,
  ],
  ['an array in place of an object', '- contract', /^:1:1: got an array of 1, expected an object/],
  [
    'a variable that is not set',
    "name: '${STE}'",
    /^:1:7: the environment variable STE is not set\. Did you mean "SET"/,
  ],
  [
    'a variable for a number that is not set',
    "port: '${STE}'",
    /^:1:7: the environment variable STE is not set/,
  ],
  [
    'something like a variable',
    "name: '${a-b}'",
    /^:1:7: got "\$\{a-b\}", expected a variable such as \$\{NAME\}/,
  ],
  ['a variable with a wrong value', "port: '${PORT}'", /^:1:7: got "\$\{PORT\}", expected at most 65535/],
  ['two documents', 'name: a\n---\nname: b', /^:3:1: got several documents, expected an object/],
  ['no YAML', 'name: [a', /^:1:9: the file is not valid YAML: /],
  ['a key twice', 'name: a\nname: b', /^:2:1: the key "name" occurs twice/],
  ['nothing', '', /^:1:1: the file is empty, expected an object, e\.g\. "contract: /],
  [
    'a contract that does not exist',
    'contract: nope.yaml',
    /^:1:11: Could not read the contract .*nope\.yaml/,
  ],
  ['a name for the bundled contract', 'name: mine', /^:1:7: Could not use the name "mine"/],
  [
    'a name that no provider can have',
    'contract: openapi.yaml\nname: My Orders',
    /^:2:7: Could not use the name/,
  ],
  [
    'operations of the bundled contract',
    'operations: {}',
    /^:1:1: "operations" is for a contract of your own/,
  ],
  [
    'credentials of the bundled contract',
    "credentials: { callbacks: '${SET}' }",
    /^:1:1: "credentials" is for/,
  ],
  [
    'an unknown setting',
    'settings: { limits.run: 5 }',
    /^:1:13: there is no setting "limits\.run"\. Did you mean "limits\.runs"/,
  ],
  [
    'a setting of a wrong type',
    'settings: { limits.runs: many }',
    /^:1:26: Could not set "limits\.runs"\. Got "many"/,
  ],
  [
    'a setting twice',
    'signing: { scheme: stripe }\nsettings: { signing.scheme: github }',
    /is given twice: also at/,
  ],
  [
    'a secret twice',
    "signing: { secret: '${SECRET}', secrets: ['${SECRET}'] }",
    /signing\.secrets is given twice/,
  ],
  [
    'a secret of the wrong form',
    "signing: { scheme: standard-webhooks, secret: '${SECRET}' }",
    /^:1:47: Could not set "signing\.secrets"\. Got another form in secret 1, expected whsec_/,
  ],
  [
    'an algorithm that does not fit',
    'signing: { scheme: hmac, algorithm: ed25519 }',
    /^:1:37: .*signing\.algorithm.*with signing\.scheme hmac/,
  ],
  [
    'a URL for webhooks that is none',
    'webhooks: { to: nowhere }',
    /^:1:17: Could not set "webhooks\.to"\. Got "nowhere"/,
  ],
])('refuses %s', async (_, text, message) => {
  expect(await findings(text)).toEqual([expect.stringMatching(message)]);
});

test.each<[string, string, RegExp]>([
  [
    'an id that is no place in the response',
    '{ createOrder: { id: handle } }',
    /^:2:34: got "handle", expected the place/,
  ],
  [
    'an id of nothing',
    '{ getOrder: { id: $response.body#/handle } }',
    /^:2:27: the operation "getOrder" creates nothing/,
  ],
  [
    'an unknown operation',
    '{ createOrdr: { callbacks: [] } }',
    /^:2:15: the contract has no operation "createOrdr"\. Did you mean "createOrder"/,
  ],
  [
    'an operation by both of its names',
    '{ createOrder: { callbacks: [] }, POST /orders: { callbacks: [] } }',
    /^:2:47: the operation "POST \/orders" has another entry/,
  ],
  [
    'an unknown callback',
    '{ createOrder: { callbacks: [shiped] } }',
    /^:2:42: Got "shiped", expected one of .* Did you mean "shipped"/,
  ],
  [
    'an expression that is none',
    '{ createOrder: { callbackUrl: notify } }',
    /^:2:43: got "notify", expected an expression such as/,
  ],
  [
    'an expression with an unknown source',
    '{ createOrder: { callbackUrl: $request.boby#/a } }',
    /^:2:43: got .*Could not read the runtime expression/,
  ],
  ['an operation without anything', '{ createOrder: {} }', /^:2:28: got an empty object, expected/],
  [
    'an unknown key',
    '{ createOrder: { callback: shipped } }',
    /^:2:30: unknown key "callback"\. Did you mean "callbacks"/,
  ],
])('refuses %s of operations', async (_, operations, message) => {
  expect(await findings(`contract: openapi.yaml\noperations: ${operations}`)).toEqual([
    expect.stringMatching(message),
  ]);
});

test.each<[string, string, RegExp]>([
  [
    'the target of webhooks',
    "webhooks: { to: 'http://a.test/{{reqest.body.id}}' }",
    /^:2:17: \{\{reqest\.body\.id\}\} is no template.*Did you mean "request"\?/,
  ],
  [
    'a setting',
    "settings: { webhooks.to: 'http://a.test/{{nw}}' }",
    /^:2:26: \{\{nw\}\} is no template.*Did you mean "now"\?/,
  ],
  ['a credential', "credentials: { callbacks: '{{random.uid}}' }", /^:2:27: .*Did you mean "random\.uuid"\?/],
  [
    'a callback URL',
    "operations: { createOrder: { callbackUrl: 'http://a.test/{{response.bdy.id}}' } }",
    /^:2:43: \{\{response\.bdy\.id\}\} is no template.*Did you mean "response\.body"\?/,
  ],
])('refuses a wrong template in %s', async (_, text, message) => {
  const found = await findings(`contract: openapi.yaml\n${text}`);
  expect(found[0]).toMatch(message);
  expect(found).toHaveLength(1);
});

test.each<[string, string, RegExp]>([
  [
    'a secret',
    "signing: { secrets: ['{{request.body.secret}}'] }",
    /^:2:22: .*all callbacks are signed alike/,
  ],
  ['a setting of signatures', "settings: { signing.prefix: '{{now}}' }", /^:2:29: .*signed alike/],
  ['credentials of requests', "credentials: { requests: ['{{now}}'] }", /^:2:27: .*requests are compared/],
  [
    'an option',
    "publicUrl: 'http://{{request.body.host}}'",
    /^:2:12: .*before there is a request\..*callbackUrl/,
  ],
  [
    'a target that is no URL',
    "webhooks: { to: 'shop/{{now}}' }",
    /^:2:17: .*expected an absolute http or https URL/,
  ],
  [
    'braces in a callback URL',
    "operations: { createOrder: { callbackUrl: 'http://a.test/{x}/{{now}}' } }",
    /^:2:43: got .*in braces/,
  ],
])('refuses a template in %s, where it cannot be filled', async (_, text, message) => {
  const found = await findings(`contract: openapi.yaml\n${text}`);
  expect(found[0]).toMatch(message);
  expect(found).toHaveLength(1);
});

test('the template of a signature is one of its own', async () => {
  const text = "signing: { scheme: hmac, template: '{{timestamp}}.{{body}}' }";
  expect(await findings(`contract: openapi.yaml\n${text}`)).toEqual([]);
});

test('shows all that is wrong with a file together, in its order', async () => {
  const found = await findings(
    "contract: openapi.yaml\nnme: orders\nport: none\nsettings: { orders.resources: lax }\ncontrolToken: '${NONE}'\noperations: { nothing: { id: $response.body } }\n",
  );
  expect(found.map((text) => text.slice(0, 4))).toEqual([':2:1', ':3:7', ':4:3', ':5:1', ':6:1']);
});

test('the tenth line comes after the second', async () => {
  const found = await findings(`contract: openapi.yaml\nfirst: 1\n${'\n'.repeat(7)}second: 2\n`);
  expect(found.map((text) => text.split(':', 2)[1])).toEqual(['2', '10']);
});

test.each<[string, string]>([
  ['signing', 'signing: { secret: { a: sesame } }'],
  ['a token', 'controlToken: 45454545'],
  ['credentials', 'contract: openapi.yaml\ncredentials: { callbacks: 45454545 }'],
  ['a variable', "name: '${SECRET} name'\ncontract: openapi.yaml"],
])('an error about a secret does not repeat it: %s', async (_, text) => {
  const found = await findings(text);
  expect(found).toHaveLength(1);
  expect(found.join()).not.toMatch(/sesame|45454545|hidden/);
});

test('a file that is missing, a folder, or huge is refused without being read', async () => {
  const folder = folderWith({ 'ringback.yaml': '' });
  const refused = async (name: string): Promise<string> => {
    const error: unknown = await readConfig(join(folder, name), {}).catch((thrown: unknown) => thrown);
    if (!isRingbackError(error, 'config.invalid')) throw error;
    return error.message;
  };
  expect(await refused('ringbak.yaml')).toMatch(
    /no such file or directory\. Did you mean "ringback\.yaml"\?/,
  );
  expect(await refused('nowhere/ringback.yaml')).toMatch(/Its folder does not exist/);
  mkdirSync(join(folder, 'sub'));
  expect(await refused('sub')).toMatch(/it is a directory, expected a file, e\.g\. .*ringback\.yaml/);
  writeFileSync(join(folder, 'huge.yaml'), '');
  truncateSync(join(folder, 'huge.yaml'), 2 ** 30);
  expect(await refused('huge.yaml')).toMatch(/has 1073741824 bytes, expected at most/);
  const head = 'port: 1 # ';
  writeFileSync(join(folder, 'most.yaml'), head.padEnd(2 ** 16, '.'));
  expect((await readConfig(join(folder, 'most.yaml'), {})).options).toEqual({ port: 1 });
  writeFileSync(join(folder, 'more.yaml'), head.padEnd(2 ** 16 + 1, '.'));
  expect(await refused('more.yaml')).toMatch(/has 65537 bytes, expected at most 65536/);
  writeFileSync(join(folder, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x41, 0x00]));
  expect(await refused('binary.yaml')).toMatch(/UTF-16, expected UTF-8/);
});
