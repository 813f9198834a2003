import { join } from 'node:path';
import { type DeliveryRecord, startProvider } from '../../src/index.ts';
import { escaped } from '../../src/reports/visible.ts';

/** A payment on a bad day. The endpoint is down twice, which the inbox plays. */
const scenario = `
name: bad-day
retry: stripe
timeline:
  - after: 2s
    callback: paymentSucceeded
    payload: { type: payment.succeeded, data: { status: succeeded } }
  - after: 1h
    callback: paymentRefunded
    payload: { type: payment.refunded, data: { status: refunded } }
faults:
  - { on: { callback: paymentSucceeded, nth: 1 }, duplicate: { times: 2, gap: 90m } }
`;

const width = 760;
const axis = { from: 210, to: 710 };
const row = { top: 66, height: 50 };
const minute = 60_000;

/** The picture of the README: what the provider of examples/payments sent, and when, in a run of that scenario. */
export async function timelinePicture(): Promise<string> {
  await using provider = await startProvider({
    contract: join(import.meta.dirname, '../../examples/payments/openapi.yaml'),
  });
  await provider.addScenario(scenario);
  await provider.playNext('bad-day');
  await provider.inbox().script([503, 503, 204]);
  const start = Date.parse(await provider.now());
  await fetch(`${provider.urls.api}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ amount: 4200, order: 'A-1', callback_url: provider.inbox().url }),
  });
  await provider.settle();
  return picture(await provider.deliveries(), start);
}

function picture(deliveries: readonly DeliveryRecord[], start: number): string {
  const rows = deliveries.toSorted((a, b) => timeOf(a) - timeOf(b));
  const end = Math.max(...rows.flatMap(({ attempts }) => attempts.map(({ at }) => Date.parse(at))));
  const x = (at: string | number): number =>
    Math.round(axis.from + ((new Date(at).getTime() - start) / (end - start)) * (axis.to - axis.from));
  const bottom = row.top + rows.length * row.height;
  const hours = Array.from({ length: Math.floor((end - start) / (30 * minute)) + 1 }, (_, i) => i * 30);
  const title =
    'Callbacks of one payment: two attempts that get 503, a retry, a refund, and a late duplicate';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 44}" role="img" aria-label="${title}">
<!-- Made from a run by tools/docs/timeline-picture.ts with "npm run generate". -->
<title>${title}</title>
<style>
  .card { fill: #ffffff; stroke: #d0d7de }
  .line { stroke: #d0d7de }
  .wait { stroke: #8c959f; stroke-dasharray: 3 4 }
  text { fill: #1f2328; font: 13px ui-sans-serif, system-ui, sans-serif }
  .soft { fill: #59636e; font-size: 12px }
  .good { fill: #1a7f37 }
  .bad { fill: #cf222e }
  .again { fill: none; stroke: #bf8700; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    .line { stroke: #3d444d }
    .wait { stroke: #656c76 }
    text { fill: #f0f6fc }
    .soft { fill: #9198a1 }
    .good { fill: #3fb950 }
    .bad { fill: #f85149 }
    .again { stroke: #d29922 }
  }
</style>
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${bottom + 43}" rx="8"/>
<text x="20" y="32">POST /payments → 201</text>
<text class="soft" x="${axis.from}" y="32">then the provider calls you, on a clock that your test moves</text>
${hours.map((after) => tick(x(start + after * minute), after, bottom)).join('\n')}
${rows.map((delivery, index) => lane(delivery, row.top + index * row.height + row.height / 2, x)).join('\n')}
</svg>
`;
}

function tick(x: number, minutes: number, bottom: number): string {
  const label = minutes === 0 ? 'submitted' : `+${minutes} min`;
  return `<line class="line" x1="${x}" y1="${row.top - 14}" x2="${x}" y2="${bottom + 8}"/><text class="soft" x="${x}" y="${bottom + 28}" text-anchor="middle">${label}</text>`;
}

function lane(delivery: DeliveryRecord, y: number, x: (at: string) => number): string {
  const { attempts, faults, payload } = delivery;
  const copy = faults.find((fault) => /^copy [^1]/.test(fault));
  const name = (payload as { readonly type: string }).type;
  const points = attempts.map(({ at }) => x(at));
  const wait = `<line class="wait" x1="${points[0]}" y1="${y}" x2="${points.at(-1)}" y2="${y}"/>`;
  const dots = attempts.map(({ acknowledged, statusCode }, index) => {
    const at = points[index] ?? 0;
    const ring = copy === undefined ? '' : `<circle class="again" cx="${at}" cy="${y}" r="10"/>`;
    return `<circle class="${acknowledged ? 'good' : 'bad'}" cx="${at}" cy="${y}" r="6"/>${ring}<text class="soft" x="${at}" y="${y - 15}" text-anchor="middle">${statusCode}</text>`;
  });
  const note =
    copy !== undefined ? 'a duplicate' : attempts.length > 1 ? `${attempts.length - 1} retries` : '';
  return `<text x="20" y="${y + 4}">${escaped(name)}</text>${note === '' ? '' : `<text class="soft" x="20" y="${y + 20}">${note}</text>`}${wait}${dots.join('')}`;
}

function timeOf({ attempts, createdAt }: DeliveryRecord): number {
  return Date.parse(attempts[0]?.at ?? createdAt);
}
