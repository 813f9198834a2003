/** A line of a chart. */
export interface Line {
  readonly title: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** `steps`: the values of x are equidistant. */
  readonly scale: 'logarithmic' | 'steps';
  /** The label of a value of x. */
  readonly xText: (x: number) => string;
}

export interface BarChart {
  readonly title: string;
  readonly bars: readonly {
    readonly title: string;
    readonly value: number;
    /** The target, drawn as a mark. */
    readonly mark: number;
    readonly reached: boolean;
  }[];
}

const colors = ['#0b6bcb', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#be185d', '#475569', '#0f766e'];
const width = 860;

/** Lines over x, from 0 at the bottom. */
export function lineChart({ title, unit, lines, scale, xText }: LineChart): string {
  const [left, top, plotWidth, plotHeight] = [64, 44, 560, 300];
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const [least = 1] = xs;
  const most = xs.at(-1) ?? 1;
  const part = (x: number): number =>
    scale === 'steps'
      ? xs.indexOf(x) / Math.max(1, xs.length - 1)
      : Math.log(x / least) / (Math.log(most / least) || 1);
  const ys = lines.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const low = Math.min(0, ...ys);
  const step = niceStep((Math.max(...ys, 0) - low) / 5);
  const ticks = range(Math.floor(low / step), Math.ceil(Math.max(...ys, 0) / step)).map((n) => n * step);
  const [bottom = 0] = ticks;
  const span = (ticks.at(-1) ?? 1) - bottom || 1;
  const xAt = (x: number): number => left + part(x) * plotWidth;
  const yAt = (y: number): number => top + plotHeight - ((y - bottom) / span) * plotHeight;
  const grid = ticks.map(
    (y) =>
      `<line x1="${left}" x2="${left + plotWidth}" y1="${at(yAt(y))}" y2="${at(yAt(y))}" stroke="#ddd"/>${text(left - 8, yAt(y) + 4, short(y), 'end')}`,
  );
  let free = Number.NEGATIVE_INFINITY;
  const labels = xs.map((x) => {
    if (xAt(x) < free) return '';
    free = xAt(x) + 34;
    return text(xAt(x), top + plotHeight + 18, xText(x), 'middle');
  });
  const drawn = lines.map(({ points }, index) => {
    const color = colors[index % colors.length] ?? '#000';
    const path = points.map(({ x, y }) => `${at(xAt(x))},${at(yAt(y))}`).join(' ');
    const dots = points.map(
      ({ x, y }) => `<circle cx="${at(xAt(x))}" cy="${at(yAt(y))}" r="2.5" fill="${color}"/>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.8"/>${dots.join('')}`;
  });
  const legend = lines.map(
    ({ title: name }, index) =>
      `<rect x="${left + plotWidth + 20}" y="${top + index * 20}" width="12" height="12" fill="${colors[index % colors.length]}"/>${text(left + plotWidth + 38, top + 10 + index * 20, name, 'start')}`,
  );
  return picture(`${title}, ${unit}`, 400, [...grid, ...labels, ...drawn, ...legend]);
}

/** Horizontal bars, each with a mark for its target. */
export function barChart({ title, bars }: BarChart): string {
  const [left, top, plotWidth, rowHeight] = [400, 44, 380, 24];
  const most = Math.max(...bars.flatMap(({ value, mark }) => [value, mark]).filter(Number.isFinite), 1);
  const xAt = (value: number): number => left + (value / most) * plotWidth;
  const rows = bars.map(({ title: name, value, mark, reached }, index) => {
    const y = top + index * rowHeight;
    const end = xAt(Number.isFinite(value) ? value : 0);
    return [
      text(left - 8, y + 13, name, 'end'),
      `<rect x="${left}" y="${y}" width="${at(end - left)}" height="16" fill="${reached ? '#15803d' : '#c2410c'}"/>`,
      text(end + 6, y + 13, `${value.toFixed(2)} ×`, 'start'),
      `<line x1="${at(xAt(mark))}" x2="${at(xAt(mark))}" y1="${y - 3}" y2="${y + 19}" stroke="#111" stroke-width="2"/>`,
    ].join('');
  });
  return picture(title, top + bars.length * rowHeight + 16, rows);
}

function picture(title: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="16" y="24" font-size="14" font-weight="bold">${escaped(title)}</text>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="#333">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function at(position: number): string {
  return position.toFixed(1);
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** The least 1, 2 or 5 times a power of ten that is not below the given step. */
function niceStep(wish: number): number {
  const power = 10 ** Math.floor(Math.log10(wish > 0 ? wish : 1));
  return ([1, 2, 5, 10].find((factor) => factor * power >= wish) ?? 10) * power;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
