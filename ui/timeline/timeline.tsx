import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Client } from '../api/client.ts';
import { goTo, type Route } from '../live/route.ts';
import type { Store } from '../live/store.ts';
import { useStore } from '../live/use-store.ts';
import { plural } from '../parts/format.ts';
import { Axis } from './axis.tsx';
import { Empty } from './empty.tsx';
import { rowHeight } from './plot.tsx';
import { RowView } from './row-view.tsx';
import { type Row, type RowFilter, rowsOf } from './rows.ts';
import { fitted, moved, placeIn, type Span, type TimeBase, zoomed } from './scale.ts';
import { Toolbar } from './toolbar.tsx';
import { useTimelines } from './use-timelines.ts';
import { useVirtual } from './use-virtual.ts';

const axisHeight = 28;

/** All runs of the space, each with its deliveries, drawn to time. */
export function Timeline({
  client,
  store,
  route,
  onStart,
}: {
  client: Client;
  store: Store;
  route: Route;
  /** Opens the form that submits something. */
  onStart: () => void;
}): JSX.Element {
  const version = useStore(store);
  const [filter, setFilter] = useState<RowFilter>({ text: '', show: 'all' });
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [base, setBase] = useState<TimeBase>('submission');
  const [chosen, setChosen] = useState<Span | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const rows = useMemo(() => rowsOf(store, filter, closed), [version, filter, closed]);
  const list = useVirtual(rows, rowHeight, axisHeight);
  const shown = rows.slice(list.first, list.end);
  useTimelines(client, store, shown);

  const labelWidth =
    list.width < 640 ? Math.round(list.width * 0.56) : Math.min(380, Math.round(list.width * 0.38));
  const width = Math.max(60, list.width - labelWidth - 14);
  const now = store.now();
  const span = chosen ?? fitted(spansOf(base === 'clock' ? rows : shown, base, store), base);
  const place = placeIn(span, width);
  useTicking(store, base);

  const toggle = (runId: string, open: boolean): void => {
    const next = new Set(closed);
    if (open) next.delete(runId);
    else next.add(runId);
    setClosed(next);
  };
  const selected = route.view === 'run' ? `run ${route.id}` : route.view === 'delivery' ? route.id : null;
  const activeKey = rows.some(({ key }) => key === active) ? active : (selected ?? rows[0]?.key ?? null);
  const focusRow = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setActive(row.key);
    list.show(index);
    requestAnimationFrame(() => document.getElementById(rowId(row.key))?.focus({ preventScroll: true }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = rows.findIndex(({ key }) => key === activeKey);
    const row = rows[index];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((list.end - list.first) / 2));
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focusRow(Math.min(rows.length - 1, index + 1)),
      ArrowUp: () => focusRow(Math.max(0, index - 1)),
      PageDown: () => focusRow(Math.min(rows.length - 1, index + page)),
      PageUp: () => focusRow(Math.max(0, index - page)),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      Enter: () => open(row),
      ' ': () => open(row),
      ArrowRight: () => (row.kind === 'run' && !row.isOpen ? toggle(row.runId, true) : focusRow(index + 1)),
      ArrowLeft: () =>
        row.kind === 'run'
          ? toggle(row.runId, false)
          : focusRow(rows.findIndex(({ key }) => key === `run ${row.runId}`)),
      '+': () => setChosen(zoomed(span, 0.5)),
      '-': () => setChosen(zoomed(span, 2)),
      '0': () => setChosen(null),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };

  if (rows.length === 0 && filter.text === '' && filter.show === 'all')
    return <Empty store={store} onStart={onStart} />;
  return (
    <section class="timeline" aria-label="Timeline">
      <Toolbar
        filter={filter}
        onFilter={setFilter}
        base={base}
        onBase={(next) => {
          setBase(next);
          setChosen(null);
        }}
        isFitted={chosen === null}
        onZoom={(factor) => setChosen(factor === null ? null : zoomed(span, factor))}
        onMove={(share) => setChosen(moved(span, share))}
        summary={summaryOf(store)}
      />
      <div class="scroller" ref={list.scroller} tabIndex={-1}>
        <Axis
          span={span}
          base={base}
          width={width}
          labelWidth={labelWidth}
          now={base === 'clock' ? now : null}
          onSpan={setChosen}
        />
        <div
          class="rows"
          role="treegrid"
          aria-label="Runs and their deliveries"
          aria-rowcount={rows.length}
          tabIndex={rows.length === 0 ? 0 : -1}
          style={{ height: `${rows.length * rowHeight}px` }}
          onKeyDown={onKeyDown}
        >
          {rows.length === 0 && <p class="none">Nothing fits the filter.</p>}
          {shown.map((row, offset) => (
            <RowView
              key={row.key}
              id={rowId(row.key)}
              row={row}
              index={list.first + offset}
              labelWidth={labelWidth}
              plot={{ place, width, origin: base === 'clock' ? 0 : row.start, now }}
              branches={store.timelines.get(row.runId)}
              isActive={row.key === activeKey}
              isSelected={row.key === selected}
              onOpen={() => {
                setActive(row.key);
                open(row);
              }}
              onToggle={() => row.kind === 'run' && toggle(row.runId, !row.isOpen)}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

function open(row: Row): void {
  if (row.kind === 'delivery') goTo({ view: 'delivery', id: row.delivery.id, attempt: null });
  else if (row.run !== null) goTo({ view: 'run', id: row.runId });
}

function rowId(key: string): string {
  return `row-${key.replaceAll(' ', '-')}`;
}

/** What the axis should contain: of each row, from its start to its last known time. */
function spansOf(rows: readonly Row[], base: TimeBase, store: Store): readonly Span[] {
  const spans = rows.map(({ start, end }) =>
    base === 'clock' ? { from: start, to: end } : { from: 0, to: end - start },
  );
  for (const row of rows) {
    if (row.kind !== 'run' || row.run === null) continue;
    for (const { due } of store.timelines.get(row.runId)?.flatMap(({ steps }) => steps) ?? []) {
      if (due === null) continue;
      const to = Date.parse(due);
      spans.push(base === 'clock' ? { from: row.start, to } : { from: 0, to: to - row.start });
    }
  }
  return spans;
}

function summaryOf(store: Store): string {
  const evicted = store.evicted === 0 ? '' : `, ${plural(store.evicted, 'run')} evicted`;
  const reading = store.loading && store.runs.size > 0 ? ', reading more…' : '';
  return `${plural(store.runs.size, 'run')}, ${plural(store.deliveries.size, 'delivery').replace('deliverys', 'deliveries')}${evicted}${reading}`;
}

/** Draws again as the real clock passes, while it is in view. */
function useTicking(store: Store, base: TimeBase): void {
  useEffect(() => {
    if (base !== 'clock' || store.clock?.kind !== 'real') return undefined;
    const timer = setInterval(() => store.changed(), 1_000);
    return () => clearInterval(timer);
  }, [base, store, store.clock?.kind]);
}
