import { styleText } from 'node:util';
import type { Log, LogOptions } from './log.ts';
import { eventText, failureText, type LineColor, requestText, timeWriter } from './log-text.ts';

/**
 * Styled for people. Each line has one time: that of the space that it is about, else the machine's. The date is
 * written where it is another than on the line before.
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
  const line = (at: number, color: LineColor, text: string): void =>
    write(`${paint('dim', stamp(at))} ${paint(color, text)}`);
  return {
    info: (message) => line(now(), 'cyan', message),
    warn: (message) => line(now(), 'yellow', `warning: ${message}`),
    failure: (what, error) => line(now(), 'red', failureText(what, error)),
    request(entry) {
      if (entry.isReceipt && style !== 'debug') return;
      const { color, text } = requestText(entry);
      line(entry.at ?? now(), color, text);
    },
    event(event, space) {
      const told = eventText(event);
      if (told === null) return;
      line(event.at, told.color, space === 'default' ? told.text : `@${space} ${told.text.trimStart()}`);
    },
  };
}
