import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { explain } from '../../src/core/explain/explain.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { defaultSettings, withSettings } from '../../src/core/settings.ts';
import type { ScenarioFileDraft } from '../../src/init/draft-project.ts';
import { type Catalogue, loadCatalogue } from '../../src/loading/catalogue.ts';
import { startServer } from '../../src/server/start-server.ts';
import { createSigner } from '../../src/signing/create-signer.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { Client } from '../../tools/any-provider/client.ts';
import { corpusContracts, type NamedContract, ownContracts } from '../../tools/any-provider/contracts.ts';
import { type JudgedCallback, readJudgedDocument } from '../../tools/any-provider/document.ts';
import { putValue, readKey, withUrls } from '../../tools/any-provider/expressions.ts';
import { type MadeRequest, makeRequests, writeRequest } from '../../tools/any-provider/make-request.ts';
import { startReceiver } from '../../tools/any-provider/receiver.ts';
import { draft, emptyFolder, writeFiles } from './support.ts';

const contracts = [...ownContracts(), ...corpusContracts(process.env.RINGBACK_CORPUS)];

/** How many callbacks a scenario makes, by what its name adds to that of its file. */
function callbacksOf(name: string, files: readonly ScenarioFileDraft[]): number {
  const file = files.find(({ names }) => names.includes(name));
  const kind = name.slice((file?.names[0] ?? '').length);
  return kind === '-duplicate' || kind === '-out-of-order' ? 2 : 1;
}

/** All files that `init` writes for a contract: of its callbacks, and of each webhook by `--only`. */
function filesOf(catalogue: Catalogue): readonly ScenarioFileDraft[] {
  const { contract } = catalogue;
  if (contract.callbacks.size === 0) {
    expect(() => draft(catalogue)).toThrow(/declares no callbacks and no webhooks/);
    return [];
  }
  const { config, scenarios, webhooks } = draft(catalogue);
  expect(parse(config.text)).toMatchObject({ contract: './openapi.yaml' });
  if (webhooks.length === 0) return scenarios;
  const names = webhooks.map(({ type }) => type);
  return [...scenarios, ...draft(catalogue, names).scenarios];
}

/** The configuration without the `#` before its suggestions. */
function withSuggestions(text: string): string {
  return text.replace(/^# (?=signing:|scenarios:|operations:)/gm, '').replace(/^# (?= {2})/gm, '');
}

describe('what init writes', () => {
  it.each(contracts)('the suggestions for $name are valid', { timeout: 120_000 }, async ({ file }) => {
    const catalogue = await loadCatalogue(file);
    if (catalogue.contract.callbacks.size === 0) return;
    const folder = emptyFolder();
    const text = withSuggestions(draft(catalogue).config.text).replace('./openapi.yaml', file);
    writeFiles(folder, [
      { path: 'ringback.yaml', text },
      { path: 'scenarios/none', text: '' },
    ]);
    const environment = { WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
    const config = await readConfig(join(folder, 'ringback.yaml'), environment);
    const { contract } = (await openConfigured(config, {})).catalogue;
    // A suggested URL makes a callback fireable.
    const lost = [...contract.callbacks.values()].filter(
      ({ kind, url }) => kind === 'callback' && url === null,
    );
    expect({ findings: config.findings, lost: lost.map(({ type }) => type) }).toEqual({
      findings: [],
      lost: [],
    });
  });

  it.each(contracts)('for $name lints and plays', { timeout: 120_000 }, async ({ file }) => {
    const catalogue = await loadCatalogue(file);
    const files = filesOf(catalogue);
    const scenarios = parseScenarioFiles(
      files.map(({ path, text }) => ({ file: path, text })),
      catalogue,
    );
    expect(scenarios.map(({ name }) => name)).toEqual(files.flatMap(({ names }) => names));
    const settings = withSettings(defaultSettings(catalogue.providers), {
      'webhooks.to': 'http://consumer.example/webhooks',
    });
    for (const { name } of scenarios) {
      const explained = await explain({
        ...catalogue,
        scenario: name,
        scenarios,
        settings,
        createStore: createMemoryStore,
        signer: createSigner(),
      });
      const { deliveries, notes } = explained;
      expect({ name, count: deliveries.length, notes }).toEqual({
        name,
        count: callbacksOf(name, files),
        notes: [],
      });
    }
  });

  const total = { sent: 0, unsent: 0 };

  it.each(contracts)('for $name is sent by a server', { timeout: 300_000 }, async (contract) => {
    const { sent, unsent } = await serveProject(contract);
    for (const each of sent) expect(each).toEqual({ ...each, callbacks: each.expected });
    total.sent += sent.length;
    total.unsent += unsent.length;
    if (unsent.length > 0) console.log(`${contract.name}: no valid request for ${unsent.join(', ')}`);
  });

  it('for at least 95 % of all scenarios, there was a valid request', () => {
    console.log(`${total.sent} scenarios sent, ${total.unsent} not`);
    expect(total.sent).toBeGreaterThan(19 * total.unsent);
  });
});

interface Sent {
  readonly name: string;
  readonly callbacks: number;
  readonly expected: number;
}

/** Plays each scenario by a valid request of its operation, which the judge of contracts makes. */
async function serveProject({ file }: NamedContract): Promise<{ sent: Sent[]; unsent: string[] }> {
  const catalogue = await loadCatalogue(file);
  const files = filesOf(catalogue);
  const sent: Sent[] = [];
  const unsent: string[] = [];
  if (files.length === 0) return { sent, unsent };
  const folder = emptyFolder();
  writeFiles(folder, files);
  const receiver = await startReceiver();
  const server = await startServer({
    contract: file,
    scenarios: [folder],
    port: 0,
    clock: 'virtual',
    seed: 1,
    webhooksTo: `${receiver.origin}/webhooks`,
  });
  const client = new Client(server.localUrl);
  const document = readJudgedDocument(file);
  try {
    for (const { names, text } of files) {
      const [, method, path] =
        /X-Ringback-Scenario of (\S+) (\S+)\. To see/.exec(text.replace(/\n# /g, ' ')) ?? [];
      const operation = document.operations.find((each) => each.method === method && each.path === path);
      if (operation === undefined) throw new Error(`there is no ${method} ${path}`);
      const own = document.callbacks.filter((each) => each.operation === operation);
      const wires = (await makeRequests(operation, document)).map((request) =>
        writeRequest(withExpressions(request, own, `${receiver.origin}/callback`), document.schemas),
      );
      const play = async (name: string): Promise<void> => {
        for (const wire of wires.toReversed()) {
          // What the URL of a callback has to be may exclude that of the receiver.
          if ((await client.send(wire, { 'x-ringback-scenario': name })).status >= 400) continue;
          const deliveries = (await client.settle()).filter(({ attempts }) => attempts.length > 0);
          const elsewhere = deliveries.filter(({ url }) => !url.startsWith(receiver.origin)).length;
          const callbacks = receiver.take().length + elsewhere;
          const isLost = name.endsWith('-lost') && name !== names[0];
          sent.push({ name, callbacks, expected: isLost ? 0 : callbacksOf(name, files) });
          return;
        }
        unsent.push(name);
      };
      for (const name of names) await play(name);
    }
  } finally {
    await client.close();
    await server.close();
    await receiver.close();
  }
  return { sent, unsent };
}

/** The request with all that the expressions of callbacks read: a URL at their beginning, anything in other places. */
function withExpressions(base: MadeRequest, own: readonly JudgedCallback[], url: string): MadeRequest {
  const places = own.flatMap(({ expression }) => readKey(expression ?? '', base)?.slice(1) ?? []);
  return places.reduce<MadeRequest>(
    (request, place) => putValue(request, place, 'abc') ?? request,
    withUrls(base, own, url),
  );
}
