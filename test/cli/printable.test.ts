import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/cli/create-log.ts';
import { errorText } from '../../src/cli/exit-codes.ts';
import { printable, printableLines } from '../../src/cli/printable.ts';
import { attemptLine } from '../../src/cli/trigger-report.ts';
import { RingbackError } from '../../src/core/errors.ts';

/** A new line, a clear screen in C0 and C1, line separators and letters in the wrong order. */
const nasty = 'a\nFORGED\r\u001b[2J\u009b2J\u2028x\u2029\u202ey\u2066z\u200f\u007f\t\u0000';
const shown = 'a\\nFORGED\\r\\u001b[2J\\u009b2J\\u2028x\\u2029\\u202ey\\u2066z\\u200f\\u007f\\t\\u0000';
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200f]/;

describe('untrusted text', () => {
  it('untrusted text prints as one line without control characters', () => {
    expect(printable(nasty)).toBe(shown);
    expect(printable('Ärzte – 日本 ✓ 👍')).toBe('Ärzte – 日本 ✓ 👍');
  });

  it('untrusted text in a stack starts no line at the margin', () => {
    expect(printableLines('Error: a\nFORGED\n    at x\u001b')).toBe('Error: a\n    FORGED\n    at x\\u001b');
  });

  it('untrusted text is escaped in a JSON line, and parses back unchanged', () => {
    const lines: string[] = [];
    createLog({ style: 'json', write: (line) => lines.push(line), now: () => 0, colors: false }).warn(nasty);
    expect(lines.join('')).not.toMatch(raw);
    expect(JSON.parse(lines.join('')).msg).toBe(nasty);
  });

  it('untrusted text never breaks a line of the log', () => {
    const lines: string[] = [];
    const log = createLog({ style: 'debug', write: (line) => lines.push(line), now: () => 0, colors: false });
    const problem = new RingbackError('request.invalid', { detail: `Got ${nasty}` });
    log.request({
      method: 'POST',
      url: `/${nasty}`,
      operation: null,
      status: 400,
      durationMs: 1,
      runs: [],
      at: null,
      isReceipt: false,
      problem,
    });
    log.failure(`answering POST /${nasty}`, new Error(nasty));
    log.warn(nasty);
    log.info(nasty);
    log.event({ kind: 'defect', at: 0, message: nasty, error: new Error(nasty) }, 'default');
    const run = {
      id: 'r',
      scenario: nasty,
      choice: { rule: 'header', because: nasty },
      warnings: [{ location: nasty, code: 'x', message: nasty }],
      target: null,
    };
    log.event({ kind: 'run.created', at: 0, runId: 'r', run } as never, 'default');
    const all = lines.join('\n').split('\n');
    expect(
      all.filter((line) => !/^( {2,}|(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{3} |Error: a$)/.test(line)),
    ).toEqual([]);
    expect(lines.join('\n')).not.toMatch(raw);
    expect(lines[0]).toContain(shown);
  });

  it('untrusted text never breaks a line of a command-line error', () => {
    const violations = [1, 2].map(() => ({ location: nasty, code: 'x', message: nasty }));
    const text = errorText(new RingbackError('scenario.invalid', { detail: nasty, violations }));
    expect(text).toBe(`${shown}\n  ${shown}: ${shown}\n  ${shown}: ${shown}`);
    expect(errorText(new Error(nasty))).not.toMatch(raw);
  });

  it('untrusted text of a consumer never breaks a line of trigger', () => {
    const attempt = {
      number: 1,
      at: 0,
      acknowledged: false,
      error: nasty,
      durationMs: 1,
      retryAt: null,
      faults: [],
      violations: [{ location: nasty, code: 'x', message: nasty }],
    };
    const callback = {
      type: 'informed.error',
      method: 'POST',
      payload: { event: nasty },
      violations: [],
      createdAt: 0,
      faults: [],
      strikes: [],
      draws: [],
    };
    const line = attemptLine({ state: 'failed', attempts: [attempt], callback } as never, 1, 0, {
      expect: 'acknowledged',
    } as never);
    expect(line.split('\n')).toHaveLength(3);
    expect(line).not.toMatch(raw);
  });
});
