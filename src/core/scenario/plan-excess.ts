import { maxDurationMs } from '../duration.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { FaultRule } from './fault.ts';
import type { Plan } from './plan.ts';
import type { Finding } from './schema-violations.ts';

/** The maximum number of deliveries of a script, if each fault applies to each callback. */
export const maxDeliveries = 100_000;
/** The maximum number of pairs of a callback step and a fault: each fault is tested with each callback. */
export const maxFaultChecks = 1_000_000;

/** Finds excesses of a plan if all its faults strike: time, deliveries, tests of faults with callbacks. */
export function excessFindings({ triggers, faults, respond }: Plan): Finding[] {
  const findings: Finding[] = [];
  let delayMs = 0;
  let most = 1;
  let mostGapMs = 0;
  let further = 0;
  for (const [index, fault] of faults.entries()) {
    const before = delayMs + mostGapMs;
    const { times, gapMs } = copiesOf(fault);
    most = Math.max(most, times);
    further += fault.fault === 'contradict' ? 1 : 0;
    // Each of them may be the one that strikes.
    mostGapMs = Math.max(mostGapMs, (times - 1) * gapMs);
    if (fault.fault === 'delay') delayMs += Number(fault.value);
    if (before <= maxDurationMs && delayMs + mostGapMs > maxDurationMs) {
      const message =
        'with this fault, the delays of a callback add up to more than 100 years. Give shorter ones.';
      findings.push({ pointer: `/faults/${index}`, atKey: false, code: 'faults.too-long', message });
    }
  }
  let latencyMs = 0;
  for (const [index, { kind, value }] of respond.entries()) {
    const before = latencyMs;
    if (kind === 'latency') latencyMs += Number(value);
    if (before > maxDurationMs || latencyMs <= maxDurationMs) continue;
    const message =
      'with this entry, the latencies of a response add up to more than 100 years. Give shorter ones.';
    findings.push({ pointer: `/respond/${index}`, atKey: false, code: 'respond.too-long', message });
  }
  const calls = Object.values(triggers).flatMap((steps) =>
    steps.filter(({ callback }) => callback !== undefined),
  );
  const refuse = (code: string, message: string): void =>
    void findings.push({ pointer: '/faults', atKey: false, code, message });
  const deliveries = calls.length * (most + further);
  if (faults.length > 0 && deliveries > maxDeliveries) {
    refuse(
      'faults.too-many-deliveries',
      `with these faults, ${calls.length} callbacks may become ${deliveries} deliveries, expected at most ${maxDeliveries}. Send fewer copies.`,
    );
  }
  if (calls.length * faults.length > maxFaultChecks) {
    refuse(
      'faults.too-many',
      `got ${faults.length} faults for ${calls.length} callbacks, expected at most ${maxFaultChecks} pairs of them. Give fewer faults.`,
    );
  }
  return findings;
}

function copiesOf({ fault, value }: FaultRule): { times: number; gapMs: number } {
  if (fault !== 'duplicate') return { times: 1, gapMs: 0 };
  const { times = 2, gapMs = 0 }: { readonly [name: string]: JsonValue } = isJsonObject(value) ? value : {};
  return { times: Number(times), gapMs: Number(gapMs) };
}
