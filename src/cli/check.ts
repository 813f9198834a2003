import { randomInt } from 'node:crypto';
import { checkConsumer } from '../check/check-consumer.ts';
import type { CheckOptions, CheckProgress } from '../check/check-options.ts';
import type { CheckReport } from '../check/report.ts';
import { githubReport } from '../check/reports/github-report.ts';
import { htmlReport } from '../check/reports/html-report.ts';
import { jsonReport } from '../check/reports/json-report.ts';
import { junitReport } from '../check/reports/junit-report.ts';
import { sarifReport } from '../check/reports/sarif-report.ts';
import { textReport } from '../check/reports/text-report.ts';
import type { RuleId } from '../check/rule-ids.ts';
import { configError } from '../config/read-config.ts';
import { RingbackError } from '../core/errors.ts';
import { comparedWith, isBad, readBaseline } from './check-baseline.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { readConfigured } from './open-catalogue.ts';
import type { OptionsOf } from './options.ts';
import { type Renderers, readReports, writeReports } from './report-files.ts';

const renderers: Renderers<CheckReport> = {
  json: jsonReport,
  junit: junitReport,
  html: htmlReport,
  sarif: sarifReport,
  github: githubReport,
};

/** `ringback check`: grades a consumer's endpoint. Exits 1 if a rule fails. */
export async function check(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('check', args);
  if (config !== null && config.findings.length > 0) throw configError(config, config.findings);
  const url = positionals[0] ?? config?.check.url;
  if (typeof url !== 'string')
    throw new RingbackError('option.invalid', {
      details: { option: 'url', given: null },
      detail:
        "Could not check: there is no URL. Expected the consumer's callback endpoint, e.g. ringback check http://localhost:3000/callback, or check.url in ringback.yaml.",
    });
  const baseline = options.baseline === null ? null : await readBaseline(options.baseline);
  const files = await readReports(options.report, renderers, process.env);
  const seed = options.seed ?? randomInt(2 ** 32);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  let report: CheckReport;
  try {
    report = await checkConsumer(url, {
      ...checkOptions(options),
      ...(config !== null && { config: config.file }),
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
  process.stdout.write(options.json ? jsonReport(report) : textReport(report));
  await writeReports(files, report);
  if (baseline !== null) for (const line of comparedWith(baseline, report)) process.stderr.write(`${line}\n`);
  return isBad(report, options.strict, baseline ?? new Map()) ? exitCodes.finding : exitCodes.fine;
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
    ...(host !== null && { host }),
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
