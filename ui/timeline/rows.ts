import type { Delivery, Run } from '../api/records.ts';
import { byHand, type Store } from '../live/store.ts';
import {
  countVerdicts,
  faultsIn,
  runVerdict,
  type Verdict,
  verdictOf,
  violationsIn,
} from '../parts/verdict.ts';

/** One line of the timeline: a run, or one of its deliveries below it. */
export type Row = RunRow | DeliveryRow;

export interface RunRow {
  readonly kind: 'run';
  readonly key: string;
  /** Null: the group of callbacks that were sent by hand. */
  readonly run: Run | null;
  readonly runId: string;
  readonly start: number;
  readonly end: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly verdict: Verdict;
  readonly isOpen: boolean;
  readonly total: number;
}

export interface DeliveryRow {
  readonly kind: 'delivery';
  readonly key: string;
  readonly runId: string;
  readonly delivery: Delivery;
  /** The start of its run, from which times are counted. */
  readonly start: number;
  readonly end: number;
}

export interface RowFilter {
  readonly text: string;
  readonly show: 'all' | Verdict | 'fault' | 'violation';
}

/** The rows of all runs that fit the filter, the newest run first, its deliveries in their order. */
export function rowsOf(store: Store, filter: RowFilter, closed: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = [];
  const isFiltered = filter.text !== '' || filter.show !== 'all';
  const add = (runId: string, run: Run | null): void => {
    const all = deliveriesOf(store, runId);
    const isNamed = run !== null && contains(runText(run), filter.text);
    const shown = isFiltered
      ? all.filter(
          (delivery) =>
            fits(delivery, filter.show) && (isNamed || contains(deliveryText(delivery), filter.text)),
        )
      : all;
    if (isFiltered && shown.length === 0 && !(isNamed && filter.show === 'all')) return;
    const counts = countVerdicts(all);
    const start = run === null ? Date.parse(all[0]?.createdAt ?? '') : Date.parse(run.createdAt);
    const isOpen = !closed.has(runId);
    rows.push({
      kind: 'run',
      key: `run ${runId}`,
      run,
      runId,
      start,
      end: Math.max(start, ...all.slice(-50).map(endOf)),
      counts,
      verdict: runVerdict(run, counts),
      isOpen,
      total: all.length,
    });
    if (!isOpen) return;
    for (const delivery of shown) {
      const own = run === null ? Date.parse(delivery.createdAt) : start;
      rows.push({ kind: 'delivery', key: delivery.id, runId, delivery, start: own, end: endOf(delivery) });
    }
  };
  if (store.deliveriesOf.has(byHand)) add(byHand, null);
  const runs = [...store.runs.values()]
    .reverse()
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  for (const run of runs) add(run.id, run);
  return rows;
}

function deliveriesOf(store: Store, runId: string): readonly Delivery[] {
  return (store.deliveriesOf.get(runId) ?? []).flatMap((id) => store.deliveries.get(id) ?? []);
}

/** When the delivery ended, or when it is due. */
function endOf({ createdAt, endedAt, dueAt, attempts }: Delivery): number {
  const last = attempts.at(-1);
  return Math.max(
    Date.parse(endedAt ?? dueAt ?? createdAt),
    last === undefined ? 0 : Date.parse(last.at) + last.durationMs,
  );
}

function fits(delivery: Delivery, show: RowFilter['show']): boolean {
  if (show === 'all') return true;
  if (show === 'fault') return faultsIn(delivery).length > 0;
  if (show === 'violation') return violationsIn(delivery) > 0;
  return verdictOf(delivery) === show;
}

function contains(text: string, part: string): boolean {
  return part === '' || text.toLowerCase().includes(part.toLowerCase());
}

function runText({ id, scenario, resourceId, operation }: Run): string {
  return `${id} ${scenario} ${resourceId} ${operation}`;
}

function deliveryText({ id, callback, url, attempts }: Delivery): string {
  return `${id} ${callback} ${url} ${attempts.map(({ statusCode, code }) => `${statusCode} ${code}`).join(' ')}`;
}
