import { randomUUID } from 'node:crypto';
import { appendFile, lstat, open, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RingbackError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';

/** Makes the text of a report, by kind. */
export type Renderers<R> = Readonly<Record<string, (report: R) => string>>;

/** What the names of files usually end with, where it is not the kind. */
const extensions: Readonly<Record<string, string>> = { junit: 'xml', github: 'md' };

/** A report that is written when the command has its result. */
export interface ReportFile<R> {
  readonly render: (report: R) => string;
  readonly file: string;
  /** Whether the file has job summaries of other steps, too. */
  readonly isShared: boolean;
}

/**
 * The values of `--report`, each `kind=file` or several with commas; `github` alone is the summary of the job.
 * Makes sure that each file can be written before the command begins, so that no result is lost.
 * @throws {RingbackError} `option.invalid`, `file.unwritable`
 */
export async function readReports<R>(
  values: readonly string[],
  renderers: Renderers<R>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly ReportFile<R>[]> {
  const kinds = Object.keys(renderers);
  const reports = values
    .flatMap((value) => value.split(','))
    .map((value): ReportFile<R> => {
      const [, kind = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(value.trim()) ?? [];
      const render = Object.hasOwn(renderers, kind) ? renderers[kind] : undefined;
      if (render === undefined)
        throw invalid(value, `a kind of report: ${kinds.join(', ')}`, suggest(kind, kinds));
      if (file !== undefined && file !== '') return { render, file: resolve(file), isShared: false };
      const summary = env.GITHUB_STEP_SUMMARY ?? '';
      if (kind !== 'github' || file === '')
        throw invalid(value, `a file, e.g. ${kind}=report.${extensions[kind] ?? kind}`);
      if (summary === '')
        throw invalid(
          value,
          'a file, e.g. github=summary.md: GITHUB_STEP_SUMMARY is not set, as it is in a job',
        );
      return { render, file: summary, isShared: true };
    });
  for (const [i, { file }] of reports.entries())
    if (reports.findIndex((other) => other.file === file) < i) throw invalid(file, 'a file for each report');
  for (const { file, isShared } of reports) await tryWriting(file, isShared);
  return reports;
}

/** Writes every report. A reader never sees half a file. */
export async function writeReports<R>(reports: readonly ReportFile<R>[], report: R): Promise<void> {
  for (const { render, file, isShared } of reports) {
    const text = render(report);
    await orUnwritable(file, async () => {
      if (isShared) return appendFile(file, text);
      const target = await replaceable(file);
      if (!target) return writeFile(file, text);
      const draft = draftOf(file);
      try {
        await writeFile(draft, text);
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    });
  }
}

/** Makes what writing needs, and removes it. An existing file stays as it is. */
async function tryWriting(file: string, isShared: boolean): Promise<void> {
  await orUnwritable(file, async () => {
    if (isShared) return appendFile(file, '');
    if (!(await replaceable(file))) {
      const handle = await open(file, 'a');
      return handle.close();
    }
    const draft = draftOf(file);
    await writeFile(draft, '');
    await rm(draft);
  });
}

/** Whether a file can be replaced by another one: a link or a device such as /dev/stdout is written to instead. */
async function replaceable(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => null);
  return found === null || found.isFile();
}

function draftOf(file: string): string {
  return `${file}.${randomUUID()}.tmp`;
}

async function orUnwritable(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new RingbackError('file.unwritable', {
      details: { file },
      detail: `Could not write the report to ${file}: ${(error as Error).message}. Give --report a path in a folder that exists and is writable.`,
      cause: error,
    });
  }
}

function invalid(given: string, expected: string, hint = ''): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: '--report', given },
    detail: `Could not read --report. Got ${JSON.stringify(given)}, expected ${expected}.${hint}`,
  });
}
