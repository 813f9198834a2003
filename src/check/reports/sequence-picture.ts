import { escaped } from '../../reports/visible.ts';
import type { ExchangeRecord } from '../report.ts';

const width = 360;
const lanes = { provider: 40, consumer: 320 };
const rowHeight = 40;
const top = 34;
/** A burst would make the picture longer than anyone reads. */
const mostRows = 24;

/**
 * The requests of a play as an SVG picture: a lane for the provider and one for the consumer, an arrow for each request
 * with its response below, and faults marked. The page's style sheet has its colors.
 */
export function sequencePicture(exchange: readonly ExchangeRecord[]): string {
  const repeated = repeatsIn(exchange);
  const isLong = exchange.length > mostRows;
  // Both ends tell more than the middle.
  const rows: readonly (ExchangeRecord | number)[] = isLong
    ? [
        ...exchange.slice(0, mostRows / 2),
        exchange.length - mostRows,
        ...exchange.slice(exchange.length - mostRows / 2),
      ]
    : exchange;
  const height = top + rows.length * rowHeight + 8;
  const title = `${exchange.length} requests between provider and consumer`;
  const lane = (name: keyof typeof lanes): string =>
    `<line class="lane" x1="${lanes[name]}" y1="${top - 8}" x2="${lanes[name]}" y2="${height - 4}"/><text class="name" x="${lanes[name]}" y="16" text-anchor="middle">${name}</text>`;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><title>${title}</title>
${lane('provider')}
${lane('consumer')}
${rows.map((row, i) => (typeof row === 'number' ? leftOut(row, i) : arrow(row, i, repeated.has(row)))).join('\n')}
</svg>`;
}

function leftOut(count: number, index: number): string {
  const y = top + index * rowHeight + 20;
  return `<text class="note" x="${width / 2}" y="${y}" text-anchor="middle">… ${count} more …</text>`;
}

function arrow(record: ExchangeRecord, index: number, isAgain: boolean): string {
  const { kind, at, method, faults, response, error, ms } = record;
  const y = top + index * rowHeight + 16;
  const [from, to] = kind === 'api' ? [lanes.consumer, lanes.provider] : [lanes.provider, lanes.consumer];
  // A callback that was sent once more by hand has no scripted fault.
  const marks = faults.length === 0 && isAgain ? ['again'] : faults;
  const back = to > from ? -1 : 1;
  const isBad = response === null || response.status >= 400;
  const outcome = response === null ? `no response: ${error ?? 'unknown'}` : String(response.status);
  const classes = ['arrow', kind, ...(marks.length > 0 ? ['fault'] : []), ...(isBad ? ['bad'] : [])];
  const label = shortened(
    [`+${at} ms`, method, saying(record), ...(marks.length > 0 ? [`⚡ ${marks.join(', ')}`] : [])].join(' '),
  );
  return `<g class="${classes.join(' ')}"><title>${escaped(`${method} ${record.url}`)}</title><line x1="${from}" y1="${y}" x2="${to + back * 7}" y2="${y}"/><path d="M${to} ${y}l${back * 8} -4v8z"/><text x="${width / 2}" y="${y - 4}" text-anchor="middle">${escaped(label)}</text><text class="response" x="${width / 2}" y="${y + 13}" text-anchor="middle">${escaped(shortened(`${outcome}, ${ms} ms`))}</text></g>`;
}

/** The callbacks that are equal to an earlier one. */
function repeatsIn(exchange: readonly ExchangeRecord[]): ReadonlySet<ExchangeRecord> {
  const seen = new Set<string>();
  return new Set(
    exchange.filter(({ kind, method, url, body }) => {
      if (kind === 'api') return false;
      const key = JSON.stringify([method, url, body]);
      return seen.has(key) || !seen.add(key);
    }),
  );
}

/** What a request says in a word: its state or type. Empty: it has none. */
function saying({ url, body }: ExchangeRecord): string {
  const telling = /[?&"](?:state|status|event_?type|type|event)"?[=:]\s*"?([\w.-]{1,24})/i;
  return telling.exec(`${url} ${body ?? ''}`)?.[1] ?? '';
}

/** As much as fits between the lanes. */
function shortened(text: string): string {
  return text.length > 41 ? `${text.slice(0, 40)}…` : text;
}
