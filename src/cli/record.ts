import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isCallbackUrl } from '../core/callback-url.ts';
import type { Contract } from '../core/contract/contract.ts';
import { isRingbackError, RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { parseScenarioFiles } from '../core/scenario/parse-scenarios.ts';
import { suggest } from '../core/suggest.ts';
import type { Catalogue } from '../loading/catalogue.ts';
import { unreadableReason } from '../loading/text-file.ts';
import { draftRecording, mostRequests, requestLine } from '../record/draft-recording.ts';
import { readHar } from '../record/read-har.ts';
import { inboxUrl, readInbox } from '../record/read-inbox.ts';
import { recognize } from '../record/recognize.ts';
import type { RecordedRequest } from '../record/recorded-request.ts';
import { startRecorder } from '../record/recorder.ts';
import { maskUrl } from '../server/control/mask.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import type { OptionsOf } from './options.ts';
import { printable } from './printable.ts';
import { modulesFrom, writeNew } from './write-new.ts';

type Options = OptionsOf<'record'>;

/** `ringback record`: writes the callbacks that a provider sends as a scenario. */
export async function record(args: readonly string[]): Promise<ExitCode> {
  const { options, config } = await readConfigured('record', args);
  const source = sourceOf(options);
  if (options.contract === null && (config?.contract ?? null) === null && options.provider === null) {
    throw refusal(
      '--contract',
      null,
      'there is no contract. A scenario plays the callbacks of one, so expected --contract <openapi.yaml> with the callbacks of your provider, or --provider docdigitizer',
    );
  }
  const { catalogue } = await openCatalogue(options, config);
  const provider = providerOf(catalogue, options.provider);
  const { name, file } = placeOf(options);
  const { requests: all, from } = await gather(source, options, {
    file,
    contract: callbacksOf(catalogue.contract, provider),
  });
  const requests = all.slice(0, mostRequests);
  if (all.length > mostRequests)
    say(`A scenario has at most ${mostRequests} requests. The first of ${all.length} are in it.`);
  if (requests.length === 0) {
    say(
      `Nothing came, so nothing was written. ${source.kind === 'to' ? 'Give the provider the URL of the recorder, through a tunnel if it is not on this machine.' : 'The inbox is empty.'}`,
    );
    return exitCodes.finding;
  }
  const modules = modulesFrom(resolve(dirname(file)));
  const draft = draftRecording({
    requests,
    contract: callbacksOf(catalogue.contract, provider),
    provider: catalogue.providers.size === 1 ? null : provider.name,
    hasExchange: provider.handle !== undefined,
    name,
    intro: [
      `Recorded from ${from}: ${count(requests.length, 'request')}, the first at ${new Date(requests[0]?.at ?? 0).toISOString()}.`,
      `To see what it does: npx ringback scenario explain ${name} ${contractOption(options)}--scenarios ${slashed(file)}`,
    ],
    schema: `${modules.startsWith('.') ? '' : './'}${modules}/ringback/schemas/scenario.schema.json`,
  });
  for (const finding of draft.findings) say(finding);
  if (draft.callbacks === 0) {
    say(
      `None of ${count(requests.length, 'request')} is a callback of the contract, so nothing was written.`,
    );
    return exitCodes.finding;
  }
  await writeNew(file, draft.text, '--out');
  say(
    `wrote ${slashed(file)}: ${count(draft.callbacks, 'callback')} in ${count(requests.length, 'request')}`,
  );
  const mistakes = lint(file, draft.text, catalogue);
  for (const mistake of mistakes) say(`  ${mistake}`);
  say(
    `Next:\n  npx ringback scenario explain ${name} ${contractOption(options)}--scenarios ${slashed(file)}`,
  );
  return draft.findings.length + mistakes.length === 0 ? exitCodes.fine : exitCodes.finding;
}

type Source =
  | { readonly kind: 'to'; readonly to: URL }
  | { readonly kind: 'har'; readonly file: string }
  | { readonly kind: 'inbox'; readonly url: string };

/** Where the callbacks come from: exactly one of three options. */
function sourceOf(options: Options): Source {
  const { to, har, inbox } = options;
  const given = Object.entries({ '--to': to, '--har': har, '--inbox': inbox }).flatMap(([name, value]) =>
    value === null ? [] : [name],
  );
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none of them' : given.join(' and ');
    throw refusal(
      given[1] ?? '--to',
      null,
      `got ${got}, expected one of --to <your endpoint>, --har <file> and --inbox <name|url>`,
    );
  }
  for (const name of ['for', 'count'] as const)
    if (to === null && options[name] !== null)
      throw refusal(
        `--${name}`,
        String(options[name]),
        `--${name} ends a recording with --to, and ${given[0]} has ended already`,
      );
  if (options.count !== null && options.count > mostRequests)
    throw refusal(
      '--count',
      String(options.count),
      `got --count ${options.count}, expected at most ${mostRequests}`,
    );
  if (har !== null) return { kind: 'har', file: har };
  if (inbox !== null) return { kind: 'inbox', url: inboxUrl(inbox) };
  const url = to ?? '';
  if (!isCallbackUrl(url) || /[?#]/.test(url)) {
    throw refusal(
      '--to',
      url,
      `got ${JSON.stringify(maskUrl(url))}, expected an absolute http or https URL without a query, such as http://localhost:3000/callback. The query comes from the URL that the provider calls`,
    );
  }
  return { kind: 'to', to: new URL(url) };
}

function providerOf({ providers }: Catalogue, name: string | null): Provider {
  const [only, second] = providers.values();
  const names = [...providers.keys()];
  const provider = name === null ? (second === undefined ? only : undefined) : providers.get(name);
  if (provider === undefined) {
    throw refusal(
      '--provider',
      name,
      `got ${name === null ? 'nothing' : JSON.stringify(name)}, expected one of ${names.join(', ')}.${suggest(name ?? '', names)}`,
    );
  }
  const [, other] = Object.keys(provider.language?.triggers ?? {});
  if (other !== undefined) {
    throw refusal(
      '--provider',
      provider.name,
      `callbacks of ${provider.name} follow its ${other}s, which a recording of callbacks does not show. Write a scenario with an outcome: docs/scenarios.md`,
    );
  }
  return provider;
}

function callbacksOf(contract: Contract, { name }: Provider): Contract {
  const own = [...contract.callbacks].filter(([, { provider }]) => provider === name);
  return { ...contract, callbacks: new Map(own) };
}

/** The scenario's name and its file. */
function placeOf({ out, force }: Options): { readonly name: string; readonly file: string } {
  const given = out ?? 'scenarios';
  const isFile = /\.ya?ml$/.test(given);
  const name = isFile ? basename(given).replace(/\.ya?ml$/, '') : 'recorded';
  const file = isFile ? given : join(given, 'recorded.yaml');
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name))
    throw refusal(
      '--out',
      given,
      `a scenario is called like its file. Got ${JSON.stringify(name)}, expected letters, digits, "-" and "_"`,
    );
  if (existsSync(file) && !force) {
    throw new RingbackError('file.exists', {
      details: { files: [file] },
      detail: `Could not record to ${file}: it exists already. --force replaces it, and --out <file.yaml> writes elsewhere.`,
    });
  }
  return { name, file };
}

interface Gathered {
  readonly requests: readonly RecordedRequest[];
  /** What was recorded, for the first line of the file. */
  readonly from: string;
}

async function gather(
  source: Source,
  options: Options,
  { file, contract }: { readonly file: string; readonly contract: Contract },
): Promise<Gathered> {
  switch (source.kind) {
    case 'har': {
      const text = await readFile(source.file, 'utf8').catch((error: unknown) => {
        throw new RingbackError('file.unreadable', {
          details: { file: source.file },
          detail: `Could not read ${source.file}: ${unreadableReason(error)}.`,
          cause: error,
        });
      });
      return { requests: readHar(text, source.file), from: basename(source.file) };
    }
    case 'inbox': {
      const token = options.token ?? process.env.RINGBACK_CONTROL_TOKEN ?? null;
      return { requests: await readInbox(source.url, token), from: maskUrl(source.url) };
    }
    case 'to': {
      // Found out now, rather than when all has been recorded.
      await mkdir(dirname(file), { recursive: true });
      return { requests: await listen(source.to, options, { file, contract }), from: 'the provider' };
    }
  }
}

/** Records until a signal, the time or the number of requests ends it. */
async function listen(
  to: URL,
  options: Options,
  { file, contract }: { readonly file: string; readonly contract: Contract },
): Promise<readonly RecordedRequest[]> {
  const requests: RecordedRequest[] = [];
  const ended = Promise.withResolvers<void>();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, () => ended.resolve());
  const recorder = await startRecorder({
    to,
    port: options.port,
    host: options.host ?? '127.0.0.1',
    insecure: options['insecure-callbacks'],
    now: Date.now,
    onRequest(request) {
      if (requests.length === options.count) return;
      requests.push(request);
      say(lineOf(request, contract));
      if (requests.length === options.count) ended.resolve();
    },
  });
  say(`recording ${recorder.url} → ${maskUrl(to.href)}`);
  say(`Ctrl-C writes ${slashed(file)}`);
  const timer = new AbortController();
  if (options.for !== null)
    pause(options.for, undefined, { signal: timer.signal }).then(ended.resolve, () => undefined);
  await ended.promise;
  timer.abort();
  await recorder.close();
  if (recorder.unkept() > 0)
    say(
      `${count(recorder.unkept(), 'request')} came when the memory of the recording was full. They were forwarded, and are not in it.`,
    );
  return requests;
}

function lineOf(request: RecordedRequest, contract: Contract): string {
  const { result, at, endedAt } = request;
  const found = recognize(request, contract);
  const what = typeof found === 'string' ? 'not in the contract' : found.type.name;
  const ended = {
    answered: () => `${result.kind === 'answered' ? result.status : ''} in ${endedAt - at} ms`,
    unreachable: () => '502, since the endpoint cannot be reached',
    'given-up': () => `no response: the provider gave up after ${endedAt - at} ms`,
    incomplete: () => 'the provider broke off',
  }[result.kind]();
  return `${requestLine(request)} ${what} → ${ended}`;
}

/** What is wrong with a script. */
function lint(file: string, text: string, catalogue: Catalogue): readonly string[] {
  try {
    parseScenarioFiles([{ file, text }], catalogue);
    return [];
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    return error.violations.map(({ location, message }) => `${location} ${message}`);
  }
}

function contractOption({ contract }: Options): string {
  return contract === null ? '' : `--contract ${slashed(contract)} `;
}

function slashed(path: string): string {
  const shown = relative(process.cwd(), resolve(path));
  return (shown.startsWith('..') ? path : shown).split(sep).join('/');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function say(line: string): void {
  process.stdout.write(`${line.split('\n').map(printable).join('\n')}\n`);
}

function refusal(option: string, given: string | null, why: string): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not record: ${why.replace(/\.$/, '')}.`,
  });
}
