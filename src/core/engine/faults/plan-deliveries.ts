import type { CallbackType } from '../../contract/contract.ts';
import { isJsonObject, type JsonValue } from '../../json.ts';
import type { CallbackDraft } from '../../provider/provider.ts';
import type { Random } from '../../random.ts';
import { drift } from './drift.ts';
import { describeFault, inapplicable, type Strike } from './select-faults.ts';

/** A callback after the faults of a script: the original one, or one that contradicts it. */
export interface PlannedCallback {
  readonly draft: CallbackDraft;
  /** The faults of the callback as a whole, in words. */
  readonly faults: readonly string[];
  /** When its first attempt is made: this many milliseconds from now, after the next callback of the run, or never. */
  readonly leaves: { readonly afterMs: number } | 'after-next' | 'never';
  readonly copies: Copies;
}

/** The deliveries of one callback. */
export interface Copies {
  readonly times: number;
  readonly gapMs: number;
  /** True if they are sent at the same time. */
  readonly concurrent: boolean;
}

/** The inputs of planning in addition to the callback. */
export interface PlanningTools {
  readonly type: CallbackType;
  /** Depends only on the run and the number of the callback. */
  readonly random: Random;
  /** True before the response to the request that leads to the callback. */
  readonly early: boolean;
  /** True if another callback is held back until this one is sent. Then the two are already swapped. */
  readonly releases: boolean;
  /** Property of a JSON body with the kind of the callback. Default: none. */
  readonly eventType?: string | undefined;
  /** A further callback of the provider that contradicts a draft. Null: there is none of that kind. */
  contradict(value: JsonValue, draft: CallbackDraft): CallbackDraft | null;
}

/**
 * Expands a callback into deliveries, according to the faults that apply to it as a whole: none that is sent, several,
 * later, in another order, with other contents, or followed by a contradiction. Faults of single requests (`corrupt`,
 * `auth`, `slow` …) stay with the delivery and apply to each attempt. Copies and contradictions share them.
 *
 * Some faults exclude each other: a dropped callback is neither late nor duplicated, one that waits for the next
 * callback has no time of its own, and only one that is sent immediately is early. The description of the losing fault
 * says so.
 */
export function planDeliveries(
  draft: CallbackDraft,
  strikes: readonly Strike[],
  tools: PlanningTools,
): readonly PlannedCallback[] {
  const whole = strikes.filter(
    ({ fault, attempt }) => attempt === null || (fault === 'delay' && attempt === 1),
  );
  const has = (name: Strike['fault']): boolean => whole.some(({ fault }) => fault === name);
  const dropped = has('drop');
  const swapped = !dropped && has('reorder') && !tools.releases;
  const delayed = !dropped && !swapped && has('delay');
  let content = draft;
  let afterMs = 0;
  let copies: Copies | null = null;
  const faults: string[] = [];
  const contradictions: { draft: CallbackDraft; words: string }[] = [];
  for (const strike of whole) {
    const words = describeFault(strike);
    const note = (applies: boolean): void => void faults.push(applies ? words : inapplicable(words));
    switch (strike.fault) {
      case 'drop':
        note(true);
        break;
      case 'delay':
        if (delayed) afterMs += Number(strike.value);
        note(delayed);
        break;
      case 'reorder':
        note(!dropped);
        break;
      case 'early':
        note(tools.early && !dropped && !swapped && !delayed);
        break;
      case 'duplicate': {
        const first = !dropped && copies === null;
        if (first) copies = readCopies(strike.value);
        const gapLost = first && swapped && copies !== null && copies.gapMs > 0;
        if (gapLost) faults.push(`${words} (the gap does not apply)`);
        else note(first);
        break;
      }
      case 'drift': {
        const kind = String(strike.value);
        const payload = drift(kind, content.payload, tools.type, tools.random.stream(words), tools.eventType);
        if (payload !== null) content = drifted(content, kind, payload);
        note(payload !== null);
        break;
      }
      case 'contradict': {
        const further = tools.contradict(strike.value, draft);
        if (further === null) note(false);
        else contradictions.push({ draft: further, words });
        break;
      }
      default:
    }
  }
  const { times, gapMs } = copies ?? oneCopy;
  const leavesAfter = (ms: number): PlannedCallback['leaves'] => (swapped ? 'after-next' : { afterMs: ms });
  return [
    {
      draft: content,
      faults,
      leaves: dropped ? 'never' : leavesAfter(afterMs),
      copies: copies ?? oneCopy,
    },
    // A contradiction is sent after the callback that it contradicts.
    ...contradictions.map(({ draft: further, words }) => ({
      draft: further,
      faults: [words],
      leaves: leavesAfter(afterMs + (times - 1) * gapMs),
      copies: oneCopy,
    })),
  ];
}

const oneCopy: Copies = { times: 1, gapMs: 0, concurrent: false };

function readCopies(value: JsonValue): Copies {
  const { times = 2, gapMs = 0, concurrent = false } = isJsonObject(value) ? value : {};
  return { times: Number(times), gapMs: Number(gapMs), concurrent: concurrent === true };
}

/** Keeps the order of reordered query parameters. Otherwise they would be sent in the order of the contract. */
function drifted(draft: CallbackDraft, kind: string, payload: CallbackDraft['payload']): CallbackDraft {
  return kind === 'reorder-properties' && isJsonObject(payload)
    ? { ...draft, payload, queryOrder: Object.keys(payload) }
    : { ...draft, payload };
}
