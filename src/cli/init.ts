import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { configNames, readConfig } from '../config/read-config.ts';
import { listed } from '../core/contract/find-callback.ts';
import { noteLines } from '../core/contract/note-lines.ts';
import { RingbackError } from '../core/errors.ts';
import { type DraftedFile, draftProject, type ProjectDraft } from '../init/draft-project.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue } from './open-catalogue.ts';
import { printable } from './printable.ts';
import { readOptions } from './read-options.ts';
import { modulesFrom, writeNew } from './write-new.ts';

/** `ringback init`: writes a configuration and a scenario file for each callback of a contract. */
export async function init(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('init', args, process.env);
  const file = contractOf(positionals[0]);
  const folder = resolve(options.dir);
  const place = join(folder, configNames[0] ?? '');
  // More scenarios are added to a project without touching what was changed in it.
  const kept = options.only.length > 0 && !options.force && existsSync(place);
  // What it says of operations decides which callbacks can be sent.
  const found = kept ? await readConfig(place, process.env) : null;
  const isOther = found !== null && found.contract !== null && found.contract !== resolve(file);
  const { catalogue } = await openCatalogue({ ...options, contract: file }, isOther ? null : found);
  const { contract, providers } = catalogue;
  if (providers === bundledProviders) {
    throw refusal(
      'contract',
      file,
      'it is the contract of the bundled providers, whose scenarios ship with Ringback: see ringback scenario list. Expected the contract of another provider.',
    );
  }
  const named = options.only.flatMap((names) => (contract.callbacks.has(names) ? [names] : names.split(',')));
  const only = named.length === 0 ? null : named.map((name) => name.trim());
  const draft = draftProject({
    contract,
    name: [...providers.keys()][0] ?? '',
    path: pathFrom(folder, resolve(file)),
    modules: modulesFrom(folder),
    only,
  });
  const files: readonly DraftedFile[] = [draft.config, ...draft.scenarios];
  const written = kept ? draft.scenarios : files;
  const existing = written.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path);
  if (existing.length > 0 && !options.force) {
    throw new RingbackError('file.exists', {
      details: { files: existing },
      detail: `Could not write to ${options.dir}: ${listed(existing)} exist already. --force replaces them, and --dir <folder> writes elsewhere.`,
    });
  }
  for (const { path, text } of written) await writeNew(join(folder, path), text, '--dir');
  for (const line of noteLines(contract.notes)) process.stderr.write(`${printable(line)}\n`);
  const head = `${contract.title} ${contract.version}`.trim();
  const lines = summary(draft, {
    head,
    file,
    written,
    folder: options.dir,
    isUnnamed: kept && !/^scenarios:/m.test(await readFile(join(folder, draft.config.path), 'utf8')),
  });
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
  return exitCodes.fine;
}

function contractOf(given: string | undefined): string {
  if (given === undefined) {
    throw new RingbackError('option.invalid', {
      details: { option: 'contract', given: null },
      detail:
        'Could not start: no contract given. Got nothing, expected an OpenAPI file. Usage: ringback init <openapi.yaml>.',
    });
  }
  if (/^https?:\/\//i.test(given)) {
    throw refusal(
      'contract',
      given,
      `got a URL, expected a file, so that tests do not change with the provider. Download it first: curl -o openapi.yaml ${JSON.stringify(given)}`,
    );
  }
  if (configNames.includes(basename(given))) {
    throw refusal(
      'contract',
      given,
      'it is a configuration of Ringback. Expected the contract that it names, e.g. ringback init openapi.yaml',
    );
  }
  return given;
}

/** The path of a file as a configuration in that folder has it, with `/`. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return /^(?:\.\.?\/|\/|[a-z]:)/i.test(path) ? path : `./${path}`;
}

interface SummaryOrder {
  /** Title and version of the contract. */
  readonly head: string;
  /** The contract as it was given. */
  readonly file: string;
  readonly written: readonly DraftedFile[];
  /** The folder as it was given. */
  readonly folder: string;
  /** Whether the configuration, which stays, names no scenarios. */
  readonly isUnnamed: boolean;
}

/** What was written, what was not, and what to do next. */
function summary(
  { scenarios, left, webhooks, unplayable }: ProjectDraft,
  { head, file, written, folder, isUnnamed }: SummaryOrder,
): readonly string[] {
  const names = scenarios.flatMap((each) => each.names);
  const typesOf = (types: readonly { readonly type: string }[]): string =>
    listed(types.map(({ type }) => type));
  const isHere = resolve(folder) === process.cwd();
  const example = names.find((name) => name.endsWith('-duplicate'));
  const [webhook] = webhooks;
  const more = webhook === undefined ? 'validate' : 'init';
  return [
    ...written.map(({ path }) => `wrote ${isHere ? path : join(folder, path)}`),
    '',
    `${head}: ${count(names.length, 'scenario')} for ${count(scenarios.length, 'callback')}`,
    ...[...Map.groupBy(unplayable, ({ why }) => why)].map(
      ([why, all]) => `not written: ${typesOf(all.map(({ type }) => type))}. ${why}`,
    ),
    ...(left.length === 0
      ? []
      : [`not written, since there are many: ${typesOf(left)}. Name those that you need: --only <name,…>`]),
    ...(webhook === undefined
      ? []
      : [
          `webhooks are written when you name them, e.g. --only ${JSON.stringify(webhook.type)}: ${typesOf(webhooks)}`,
        ]),
    ...(isUnnamed ? ['ringback.yaml stays as it is: add scenarios: [./scenarios] to it'] : []),
    '',
    isHere ? 'Next:' : `Next, in ${folder}:`,
    ...(example !== undefined
      ? ['  npx ringback scenario lint scenarios', `  npx ringback scenario explain ${example}`]
      : [
          `  npx ringback ${more} ${file}${webhook === undefined ? '' : ` --only ${JSON.stringify(webhook.type)}`}`,
        ]),
    '  npx ringback serve',
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function refusal(option: string, given: string, cause: string): RingbackError {
  const detail = `Could not use ${given}: ${cause}`;
  return new RingbackError('option.invalid', { details: { option, given }, detail });
}
