import { createHash } from 'node:crypto';
import { escaped } from '../../reports/visible.ts';
import type { CheckReport, CheckResult, DisturbanceReport, ExchangeRecord, RuleReport } from '../report.ts';
import { type Area, areas } from '../rule-ids.ts';
import { differenceLines } from './difference-lines.ts';
import { gradeOf } from './grade.ts';
import { htmlStyle } from './html-style.ts';
import { countsText, reportsOf, ruleOf, tellingOf, withResult } from './rule-of.ts';
import { sequencePicture } from './sequence-picture.ts';
import { exchangeLine } from './text-report.ts';

const styleHash = createHash('sha256').update(htmlStyle).digest('base64');

/**
 * The report as one HTML page. It loads nothing and runs nothing: the content security policy allows its own style sheet
 * only, whatever the bodies of a consumer contain.
 */
export function htmlReport(report: CheckReport): string {
  const { consumer, provider, seconds } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(`${consumer}: ${countsText(report)}`)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<main>
<h1>${escaped(consumer)}</h1>
<p>Called by ${escaped(provider)}: ${countsText(report)}. <span class="soft">${seconds} s</span></p>
<ul class="grades">${areas.map((area) => grade(report, area)).join('')}</ul>
${section('Failed', withResult(report, 'failed').map(failure))}
${section('Unstable', withResult(report, 'unstable').map(failure))}
${(['passed', 'not-observed', 'not-applicable'] as const).map((result) => others(report, result)).join('\n')}
</main>
</body>
</html>
`;
}

function grade(report: CheckReport, area: Area): string {
  const reports = reportsOf(report, area);
  const letter = gradeOf(reports);
  return `<li class="${letter === '–' ? 'none' : letter}"><b>${letter}</b>${area}<br><small>${sharesOf(reports)}</small></li>`;
}

/** `3 of 4 passed, 1 not judged` */
function sharesOf(reports: readonly RuleReport[]): string {
  const count = (...results: readonly CheckResult[]): number =>
    reports.filter(({ result }) => results.includes(result)).length;
  const judged = count('passed', 'failed', 'unstable');
  const texts = [
    ...(judged > 0 ? [`${count('passed')} of ${judged} passed`] : []),
    ...(reports.length > judged ? [`${reports.length - judged} not judged`] : []),
  ];
  return texts.length === 0 ? 'not chosen' : texts.join(', ');
}

function section(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `<section><h2>${title}</h2>\n${parts.join('\n')}\n</section>`;
}

function failure(report: RuleReport): string {
  const { id, title, result, because } = report;
  const { why, source, provoked, passes, remedy } = ruleOf(id);
  const [first, ...rest] = tellingOf(report);
  return `<article id="${id}" class="${result}">
<h3>${escaped(title)}</h3>
<p>${badge(result)} <code>${id}</code></p>
<p>${escaped(because)}</p>
<h4>Remedy</h4>
<p>${escaped(remedy)}</p>
${first === undefined ? '' : `<div class="disturbance">${disturbance(first)}</div>`}
${rest.map((each) => `<details class="disturbance"><summary><code>${escaped(each.id)}</code> ${badge(each.result)}</summary>${disturbance(each)}</details>`).join('\n')}
<h4>Why it matters</h4>
<p>${escaped(why)}</p>
<p>Source: <a href="${escaped(source.url)}" rel="noreferrer">${escaped(source.title)}</a></p>
<details><summary>How it is judged</summary>
<p>${escaped(provoked)}</p>
<p>${escaped(passes)}</p>
</details>
</article>`;
}

function disturbance({ id, expected, observed, exchange }: DisturbanceReport): string {
  const picture = exchange.length === 0 ? '' : `<h4>Sequence</h4>\n${sequencePicture(exchange)}`;
  const requests =
    exchange.length === 0
      ? ''
      : `<details><summary>${exchange.length} recorded ${exchange.length === 1 ? 'request' : 'requests'}</summary><ol class="exchange">${exchange.map(recorded).join('')}</ol></details>`;
  const lines = differenceLines(expected, observed).map(({ kind, text }) => {
    const shown = escaped(text);
    if (kind === 'expected') return `<del>- ${shown}</del>`;
    if (kind === 'observed') return `<ins>+ ${shown}</ins>`;
    return `<span class="${kind}">  ${shown}</span>\n`;
  });
  return `<h4>Difference <code>${escaped(id)}</code></h4>
<pre class="diff" aria-label="- expected, + observed">${lines.join('')}</pre>
${picture}
${requests}`;
}

function recorded(record: ExchangeRecord): string {
  const { method, url, headers, body, response } = record;
  const request = message(`${method} ${url}`, headers, body);
  const answer = response === null ? '' : message(String(response.status), response.headers, response.body);
  return `<li><details><summary><code>${escaped(exchangeLine(record))}</code></summary>${request}${answer}</details></li>`;
}

function message(start: string, headers: Readonly<Record<string, string>>, body: string | null): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [start, ...head, ...(body === null || body === '' ? [] : ['', body])].join('\n');
  return `<pre>${escaped(text)}</pre>`;
}

function others(report: CheckReport, result: CheckResult): string {
  const items = withResult(report, result).map(
    ({ id, title, because }) =>
      `<li id="${id}">${badge(result)} <code>${id}</code> ${escaped(title)}<br><span class="soft">${escaped(because)}</span></li>`,
  );
  const title = result.replace('-', ' ').replace(/^./, (letter) => letter.toUpperCase());
  return section(title, items.length === 0 ? [] : [`<ul class="others">${items.join('\n')}</ul>`]);
}

function badge(result: CheckResult): string {
  return `<span class="badge ${result}">${result.replace('-', ' ')}</span>`;
}
