import { version } from '../loading/version.ts';
import type { RunningServer } from '../server/start-server.ts';
import type { LogStyle } from './log.ts';

/** Where the server listens and, unless the log is quiet, the URLs that a consumer needs. */
export function readyLines(
  { localUrl, url, providers }: Pick<RunningServer, 'localUrl' | 'url' | 'providers'>,
  log: LogStyle,
): string {
  const ready = `ringback ${version} listening on ${localUrl}\n`;
  if (log === 'quiet') return ready;
  const rows = [
    ...providers.map(({ name, realUrl }) => [
      name,
      `${url}/${name}`,
      realUrl === undefined ? '' : `in place of ${realUrl}`,
    ]),
    ['inbox', `${url}/_ringback/inbox/mine`, 'a callback URL to try it with'],
    ['control', `${url}/_ringback`, ''],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  return `${ready}${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`;
}
