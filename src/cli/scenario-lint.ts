import { isRingbackError, RingbackError, type Violation } from '../core/errors.ts';
import { parseScenarioFiles } from '../core/scenario/parse-scenarios.ts';
import type { ScenarioFile } from '../core/scenario/read-scripts.ts';
import type { Catalogue } from '../loading/catalogue.ts';
import { gatherScenarioFiles } from '../loading/scenario-files.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import { printable } from './printable.ts';

/** The result of checking scenario files. */
interface LintReport {
  /** The number of readable files. */
  readonly files: number;
  /** The number of scenarios in files without findings. */
  readonly scenarios: number;
  readonly findings: readonly Violation[];
}

/** `ringback scenario lint`: checks scenario files. Exits 1 if there are findings. */
export async function scenarioLint(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('scenario lint', args);
  if (positionals.length === 0) {
    throw new RingbackError('option.invalid', {
      details: { option: 'file', given: null },
      detail: 'Could not lint: no file given. Got nothing, expected scenario files, or directories of them.',
    });
  }
  const { files, violations } = await gatherScenarioFiles(positionals);
  const { catalogue } = await openCatalogue(options, config);
  const read = lint(files, catalogue);
  const report = { ...read, findings: [...violations, ...read.findings] };
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : render(report));
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

function render({ files, scenarios, findings }: LintReport): string {
  const lines = findings.map(
    ({ location, code, message }) => `${printable(`${location}  ${message}  [${code}]`)}\n`,
  );
  return `${lines.join('')}${count(files, 'file')}, ${count(scenarios, 'scenario')}: ${count(findings.length, 'finding')}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
