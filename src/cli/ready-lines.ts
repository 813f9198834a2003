import { version } from '../loading/version.ts';
import type { RunningServer } from '../server/start-server.ts';
import { contractLines } from './contract-lines.ts';
import type { LogStyle } from './log.ts';

/** Where the server listens and, unless the log is quiet, what a consumer needs: URLs, submissions and webhooks. */
export function readyLines(
  { localUrl, url, providers, contract }: Pick<RunningServer, 'localUrl' | 'url' | 'providers' | 'contract'>,
  { log, webhooksTo }: { readonly log: LogStyle; readonly webhooksTo: string | null },
): string {
  const ready = `ringback ${version} listening on ${localUrl}\n`;
  if (log === 'quiet') return ready;
  const rows = [
    ...providers.map(({ name, realUrl, handle }) => [
      name,
      handle === undefined ? `${url}/${name}` : url,
      realUrl === undefined ? '' : `in place of ${realUrl}`,
    ]),
    ['inbox', `${url}/_ringback/inbox/mine`, 'a callback URL to try it with'],
    ['control', `${url}/_ringback`, ''],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  const [provider] = providers;
  if (provider?.handle !== undefined) lines.push(...contractLines(contract, provider, webhooksTo));
  return `${ready}${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`;
}
