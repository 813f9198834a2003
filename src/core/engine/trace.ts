import type { Random } from '../random.ts';

/** A trace: requests that belong together, by W3C Trace Context (https://www.w3.org/TR/trace-context/). */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Whether its caller may have recorded it. */
  readonly isSampled: boolean;
  /** 16 hexadecimal digits: the span that what follows belongs to. Absent: none. */
  readonly spanId?: string;
}

/** The header that carries the trace of a request. */
export const traceHeader = 'traceparent';

/** Version, trace id, parent id, flags. A later version may have more, after a dash (§3.2.2, §3.2.4). */
const traceparentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The trace of a request that has a valid `traceparent`. Null: it has none. */
export function traceOfRequest(headers: Readonly<Record<string, string>>): Trace | null {
  const [, version, id = '', parent = '', flags = '', more] =
    traceparentPattern.exec(headers[traceHeader]?.trim() ?? '') ?? [];
  const isValid = version !== undefined && version !== 'ff' && (version !== '00' || more === undefined);
  if (!isValid || /^0+$/.test(id) || /^0+$/.test(parent)) return null;
  return { id, isSampled: (Number.parseInt(flags, 16) & 1) === 1, spanId: parent };
}

/** A new trace. */
export function newTrace(random: Random): Trace {
  return { id: random.hex(32), isSampled: true };
}

/** The header of a request in a trace, with a new span id. */
export function traceparentOf(trace: Trace, random: Random): string {
  return traceparentText(trace, random.hex(16));
}

/** The header of a request that is a span of a trace. */
export function traceparentText({ id, isSampled }: Trace, spanId: string): string {
  // Joined, since each attempt keeps it: a concatenation would keep its pieces in memory, too.
  return ['00', id, spanId, isSampled ? '01' : '00'].join('-');
}
