import { styleText } from 'node:util';
import type { Log, LogOptions } from './log.ts';
import {
  eventText,
  failureText,
  type LineColor,
  type LineText,
  requestText,
  timeWriter,
} from './log-text.ts';
import { printable, printableLines } from './printable.ts';

/**
 * Log for people. Each line has the time of its space, or else of the machine. It starts with the date if that differs
 * from the line before.
 */
export function prettyLog({ style, write, now, colors }: LogOptions): Log {
  const timeText = timeWriter();
  let date = '';
  const paint = (color: LineColor | 'dim', text: string): string =>
    colors ? styleText(color, text, { validateStream: false }) : text;
  const stamp = (at: number): string => {
    const text = timeText(at);
    const time = text.slice(11, 23);
    const day = text.slice(0, 10);
    if (day === date) return time;
    date = day;
    return `${day} ${time}`;
  };
  const put = (at: number, color: LineColor, shown: string): void =>
    write(`${paint('dim', stamp(at))} ${paint(color, shown)}`);
  const line = (at: number, { color, text, notes = [], stack }: LineText): void => {
    const below = stack === undefined ? [] : [printableLines(stack)];
    put(at, color, [printable(text), ...notes.map((note) => `    ${printable(note)}`), ...below].join('\n'));
  };
  /** A message of Ringback itself, whose line breaks are intended. */
  const message = (color: LineColor, text: string): void => put(now(), color, printableLines(text));
  return {
    info: (text) => message('cyan', text),
    warn: (text) => message('yellow', `warning: ${text}`),
    failure: (what, error) => line(now(), failureText(what, error)),
    request(entry) {
      if (entry.isReceipt && style !== 'debug') return;
      line(entry.at ?? now(), requestText(entry));
    },
    event(event, space) {
      const told = eventText(event);
      if (told === null) return;
      line(event.at, space === 'default' ? told : { ...told, text: `@${space} ${told.text.trimStart()}` });
    },
  };
}
