import { isRingbackError, RingbackError, type Violation } from '../core/errors.ts';
import { parseScenarioFiles } from '../core/scenario/parse-scenarios.ts';
import type { ScenarioFile } from '../core/scenario/read-scripts.ts';
import type { Catalogue } from '../loading/catalogue.ts';
import { gatherScenarioFiles } from '../loading/scenario-files.ts';
import { steadyNow } from '../platform/machine-time.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findingLine, type LintReport, lintJson, lintRenderers, lintTotals } from './lint-files.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import { printable } from './printable.ts';
import { readReports, writeReports } from './report-files.ts';

/** `ringback scenario lint`: checks scenario files. Exits 1 if there are findings. */
export async function scenarioLint(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('scenario lint', args);
  if (positionals.length === 0) {
    throw new RingbackError('option.invalid', {
      details: { option: 'file', given: null },
      detail: 'Could not lint: no file given. Got nothing, expected scenario files, or directories of them.',
    });
  }
  const reports = await readReports(options.report, lintRenderers, process.env);
  const startedAt = steadyNow();
  const { files, violations } = await gatherScenarioFiles(positionals);
  const { catalogue } = await openCatalogue(options, config);
  const read = lint(files, catalogue);
  const report = { ...read, findings: [...violations, ...read.findings] };
  const lines = report.findings.map((finding) => `${printable(findingLine(finding))}\n`);
  process.stdout.write(options.json ? lintJson(report) : `${lines.join('')}${lintTotals(report)}\n`);
  await writeReports(reports, {
    report,
    seconds: Math.round(steadyNow() - startedAt) / 1_000,
    paths: positionals,
    names: files.map(({ file }) => file),
  });
  return report.findings.length === 0 ? exitCodes.fine : exitCodes.finding;
}

function lint(files: readonly ScenarioFile[], catalogue: Catalogue): LintReport {
  const { value, findings } = gather(() => parseScenarioFiles(files, catalogue));
  // If one file is invalid, the scenarios of the others still count.
  const scenarios =
    value ?? files.flatMap((file) => gather(() => parseScenarioFiles([file], catalogue)).value ?? []);
  return { files: files.length, scenarios: scenarios.length, findings };
}

function gather<T>(make: () => T): { value: T | null; findings: readonly Violation[] } {
  try {
    return { value: make(), findings: [] };
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    const { violations, code, message } = error;
    return { value: null, findings: violations.length > 0 ? violations : [{ location: '', code, message }] };
  }
}
