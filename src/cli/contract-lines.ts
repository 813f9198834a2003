import type { CallbackType, Contract } from '../core/contract/contract.ts';
import { noteLines } from '../core/contract/note-lines.ts';
import { formatDuration } from '../core/duration.ts';
import type { RetryPolicy } from '../core/engine/deliveries/retry-policy.ts';

/** The most lines about a contract: with the URLs before them, a start prints at most 25. */
const most = { submissions: 8, notes: 6 };

/**
 * What can be submitted, what it calls back and when, what needs a target, and what was forgiven.
 * @param timeOf when a callback is sent by default, in milliseconds after the response; null: it is not
 */
export function contractLines(
  { operations, callbacks, notes }: Contract,
  timeOf: (type: CallbackType) => number | null,
  webhooksTo: string | null,
): readonly string[] {
  const lines: string[] = [];
  const isNamed = (type: CallbackType): boolean => timeOf(type) === null;
  const submissions = operations.filter((operation) => operation.callbacks.length > 0);
  for (const { method, path, callbacks: own } of submissions.slice(0, most.submissions)) {
    const types = own.flatMap(({ type }) => callbacks.get(type) ?? []);
    lines.push(`${method} ${path}  ${calledBack(types, timeOf)}`);
  }
  const further = submissions.length - most.submissions;
  if (further > 0) lines.push(`… and ${further} more operations that call back`);
  const webhooks = [...callbacks.values()].filter(({ kind }) => kind !== 'callback');
  const [others, usual] = [webhooks.filter(isNamed), webhooks.filter((type) => !isNamed(type))];
  if (usual.length > 0) lines.push(usualWebhooks(usual, timeOf, webhooksTo));
  const isOne = others.length === 1;
  if (others.length > 0)
    lines.push(
      webhooksTo === null
        ? `${namesOf(others)} ${isOne ? 'needs' : 'need'} a target: --webhooks-to <url>`
        : `${namesOf(others)} ${isOne ? 'goes' : 'go'} to ${webhooksTo} when a scenario names ${isOne ? 'it' : 'them'}`,
    );
  const nothing =
    operations.length === 0 ? 'no operations, callbacks or webhooks' : 'no callbacks and no webhooks';
  if (callbacks.size === 0) lines.push(`the contract declares ${nothing}`);
  lines.push(...startNotes(notes));
  return lines;
}

function calledBack(types: readonly CallbackType[], timeOf: (type: CallbackType) => number | null): string {
  const sent = types.flatMap((type) => {
    const time = timeOf(type);
    return time === null ? [] : [{ type, time }];
  });
  const others = types.filter((type) => sent.every((each) => each.type !== type)).map(({ event }) => event);
  if (sent.length === 0) return `sends nothing by default; declares ${listed(others)}`;
  const also = others.length === 0 ? '' : `; also ${listed(others)}`;
  const calls = sent.map(
    ({ type, time }) => `${type.event} at ${type.expression}, ${formatDuration(time)} after the response`,
  );
  return `calls back ${calls.join(', and ')}${also}`;
}

/** Webhooks that the configuration sends by default. */
function usualWebhooks(
  types: readonly CallbackType[],
  timeOf: (type: CallbackType) => number | null,
  webhooksTo: string | null,
): string {
  const times = new Set(types.map((type) => formatDuration(timeOf(type) ?? 0)));
  const to = webhooksTo ?? '--webhooks-to <url>';
  return `${namesOf(types)} ${types.length === 1 ? 'is' : 'are'} sent by default, ${listed([...times])} after the response, to the callbackUrl of the operation, or else to ${to}`;
}

function namesOf(types: readonly CallbackType[]): string {
  return `the webhook${types.length === 1 ? '' : 's'} ${listed(types.map(({ type }) => type))}`;
}

/** How callbacks are retried by default. Null: they are not. */
export function retryLine({ delaysMs, on }: RetryPolicy): string | null {
  if (delaysMs.length === 0 || on.length === 0) return null;
  const waits = listedAll(delaysMs.map(formatDuration), 9);
  return `callbacks are retried after ${waits}, on ${listed(on, 9)}`;
}

/** What is unsupported or was forgiven. */
export function startNotes(notes: Contract['notes']): readonly string[] {
  return noteLines(notes, most.notes, ' in GET /_ringback/contract');
}

/** `a, b, c and 4 more`. */
function listed(names: readonly string[], shown = 3): string {
  return listedAll([...new Set(names)], shown);
}

function listedAll(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ');
}
