import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { checkConsumer } from '../check/check-consumer.ts';
import type { CheckOptions, CheckProgress } from '../check/check-options.ts';
import type { CheckReport } from '../check/report.ts';
import { textReport } from '../check/reports/text-report.ts';
import type { RuleId } from '../check/rule-ids.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { OptionsOf } from './options.ts';
import { printable } from './printable.ts';
import { readOptions } from './read-options.ts';

/** What `--report` can write, by kind. */
const renderers: Readonly<Record<string, (report: CheckReport) => string>> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

/** `ringback check`: grades a consumer's endpoint. Exits 1 if a rule fails. */
export async function check(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('check', args, process.env);
  const [url] = positionals;
  if (url === undefined)
    throw invalid('url', null, "the consumer's callback endpoint, e.g. http://localhost:3000/callback");
  const kinds = Object.keys(renderers);
  for (const kind of Object.keys(options.report))
    if (renderers[kind] === undefined)
      throw invalid('--report', kind, `a kind of report: ${kinds.join(', ')}`, suggest(kind, kinds));
  const known = options.baseline === null ? new Set<string>() : await readBaseline(options.baseline);
  const seed = options.seed ?? randomInt(2 ** 32);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  let report: CheckReport;
  try {
    report = await checkConsumer(url, {
      ...checkOptions(options),
      seed,
      signal: ending.signal,
      ...(process.stderr.isTTY && { onProgress: showProgress }),
    });
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  }
  if (options.seed === null) process.stderr.write(`the seed is ${seed}\n`);
  process.stdout.write(options.json ? (renderers.json?.(report) ?? '') : printableLines(textReport(report)));
  for (const [kind, file] of Object.entries(options.report))
    await write(file, renderers[kind]?.(report) ?? '');
  return exitCodeOf(report, options.strict, known);
}

function checkOptions(options: OptionsOf<'check'>): CheckOptions {
  const {
    provider,
    contract,
    name,
    observe,
    drive,
    restart,
    auth,
    memory,
    within,
    overdue,
    later,
    port,
    host,
    space,
    jobs,
  } = options;
  const given = {
    provider,
    contract,
    name,
    observe,
    drive,
    restart,
    auth,
    otherAuth: options['other-auth'],
    memory,
    overdue,
  };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as CheckOptions),
    within,
    later,
    port,
    host,
    space,
    jobs,
    only: ruleNames(options.only),
    skip: ruleNames(options.skip),
    settings: options.set,
    allowCallbacksTo: options['allow-callbacks-to'],
    insecureCallbacks: options['insecure-callbacks'],
    allowRemoteRefs: options['allow-remote-refs'],
  };
}

/** `checkConsumer` refuses what is no rule. */
function ruleNames(given: readonly string[]): readonly RuleId[] {
  return given.flatMap((text) => text.split(',').map((name) => name.trim())) as RuleId[];
}

function showProgress({ done, total, rule }: CheckProgress): void {
  process.stderr.write(`\r\x1b[2K${done} of ${total}: ${rule}`);
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new RingbackError('file.unwritable', {
      details: { file },
      detail: `Could not write the report to ${file}: ${(error as Error).message}. Give --report a path in a folder that exists and is writable.`,
      cause: error,
    });
  }
}

/** The rules that failed in an earlier report. */
async function readBaseline(file: string): Promise<ReadonlySet<string>> {
  let report: unknown;
  try {
    report = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw invalid(
      '--baseline',
      file,
      `a JSON report of an earlier check; it could not be read: ${(error as Error).message}`,
    );
  }
  const rules = isJsonObject(report) ? report.rules : undefined;
  if (!Array.isArray(rules))
    throw invalid('--baseline', file, 'a JSON report of an earlier check, with "rules"');
  return new Set(
    rules.filter(isJsonObject).flatMap(({ id, result }) => (result === 'failed' ? [String(id)] : [])),
  );
}

function exitCodeOf({ rules }: CheckReport, strict: boolean, known: ReadonlySet<string>): ExitCode {
  const isBad = rules.some(
    ({ id, result }) =>
      (result === 'failed' && !known.has(id)) || (strict && result !== 'passed' && result !== 'failed'),
  );
  return isBad ? exitCodes.finding : exitCodes.fine;
}

function invalid(option: string, given: string | null, expected: string, hint = ''): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not check: ${option} is not usable. Got ${given === null ? 'nothing' : JSON.stringify(given)}, expected ${expected}.${hint}`,
  });
}
