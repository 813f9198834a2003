import type { DeliveryRecord } from '../../testing/records.gen.ts';
import { callbackText } from '../../testing/timeline-text.ts';
import { printable } from '../printable.ts';
import { type Cell, type CellColor, clockTime, columns, timeCells } from './columns.ts';

const stateColors: Readonly<Record<DeliveryRecord['state'], CellColor>> = {
  pending: 'cyan',
  delivered: 'green',
  failed: 'red',
  dropped: 'yellow',
};

/**
 * Deliveries as aligned lines: time of the first attempt, callback, the result of each attempt, state. Violations are below.
 * @param hasIds whether each line begins with the id of its delivery
 */
export function deliveryLines(deliveries: readonly DeliveryRecord[], hasIds = false): string {
  const times = timeCells(deliveries.map(({ attempts, createdAt }) => attempts[0]?.at ?? createdAt));
  return columns(
    deliveries.map((delivery, index) => ({
      cells: [
        ...(hasIds ? [delivery.id] : []),
        times[index] ?? '',
        `#${delivery.nth} ${callbackText(delivery)}`,
        delivery.method,
        delivery.attempts.map(resultOf).join(', '),
        stateCell(delivery),
      ],
      notes: notesOf(delivery),
    })),
  );
}

function resultOf({ statusCode, code }: DeliveryRecord['attempts'][number]): string {
  return statusCode === null ? (code ?? 'failed') : String(statusCode);
}

function stateCell({ state, dueAt, createdAt }: DeliveryRecord): Cell {
  if (state !== 'pending') return [state, stateColors[state]];
  const isToday = dueAt?.slice(0, 10) === createdAt.slice(0, 10);
  const due = dueAt === null ? 'held back for the next callback' : `due ${clockTime(dueAt, isToday)}`;
  return [`pending, ${due}`, stateColors.pending];
}

function notesOf({ state, attempts, faults, violations, id }: DeliveryRecord): string[] {
  const last = attempts.at(-1);
  const found = [...violations, ...attempts.flatMap((attempt) => attempt.violations)];
  const told = new Set(found.map(({ location, message }) => `! ${`${location} ${message}`.trim()}`));
  return [
    ...(faults.length === 0 ? [] : [`script: ${faults.join(', ')}`]),
    ...(state === 'failed' && last?.error != null ? [`${last.error} (ringback deliveries ${id})`] : []),
    ...told,
  ];
}

/** `2 delivered, 1 pending`; empty: `no callbacks`. */
export function countStates(deliveries: readonly Pick<DeliveryRecord, 'state'>[]): string {
  const counts = new Map<string, number>();
  for (const { state } of deliveries) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'no callbacks';
}

/** One delivery in full: the request, and each attempt with its response. */
export function deliveryText(delivery: DeliveryRecord): string {
  const { method, url, headers, body, attempts } = delivery;
  const parts = [
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === null || body === '' ? [] : ['', body]),
  ];
  for (const { number, at, response, statusCode, error, durationMs } of attempts) {
    const result = statusCode === null ? (error ?? 'failed') : String(statusCode);
    parts.push('', `attempt ${number} at ${clockTime(at)}: ${result} in ${Math.round(durationMs)} ms`);
    if (response === null) continue;
    parts.push(...Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`));
    if (response.body !== '') parts.push('', response.body);
  }
  return `${deliveryLines([delivery])}\n${parts
    .flatMap((part) => part.split('\n'))
    .map(printable)
    .join('\n')}\n`;
}
