import { escaped, onOneLine } from './visible.ts';

export interface JobSummary {
  readonly title: string;
  /** What was judged, shown as code. */
  readonly subject: string;
  readonly seconds: number;
  /** HTML without an empty line, between the head and the problems. */
  readonly overview?: string;
  readonly problems: readonly SummaryProblem[];
  readonly others: {
    readonly title: string;
    /** Each a name, shown as code, its result, and a sentence. */
    readonly rows: readonly (readonly [name: string, result: string, because: string])[];
  };
}

/** What is shown open, with everything there is to read about it. */
export interface SummaryProblem {
  /** Whether it fails the command; a warning otherwise. */
  readonly isFailure: boolean;
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/**
 * A report as a job summary of GitHub. It is HTML without an empty line, so nothing in it is read as Markdown: text of a
 * consumer makes no link, image or mention.
 */
export function jobSummary({ title, subject, seconds, overview, problems, others }: JobSummary): string {
  const lines = [
    `<h2>${inline(title)}</h2>`,
    `<p><code>${inline(subject)}</code>, ${seconds} s</p>`,
    ...(overview === undefined ? [] : [overview]),
    ...problems.map(details),
    ...(others.rows.length === 0
      ? []
      : [
          `<details><summary>${inline(others.title)}</summary><table>`,
          ...others.rows.map(
            ([name, result, because]) =>
              `<tr><td><code>${inline(name)}</code></td><td>${inline(result)}</td><td>${inline(because)}</td></tr>`,
          ),
          '</table></details>',
        ]),
  ];
  return `${lines.join('\n')}\n\n`;
}

function details({ isFailure, name, title, text }: SummaryProblem): string {
  const icon = isFailure ? '❌' : '⚠️';
  const shown = withoutMentions(escaped(text));
  return `<details open><summary>${icon} <code>${inline(name)}</code> ${inline(title)}</summary><pre>${shown}</pre></details>`;
}

function inline(text: string): string {
  return withoutMentions(escaped(onOneLine(text)));
}

function withoutMentions(html: string): string {
  return html.replaceAll('@', '&#64;');
}
