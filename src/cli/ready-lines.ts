import type { Space } from '../core/engine/space.ts';
import type { Provider } from '../core/provider/provider.ts';
import { version } from '../loading/version.ts';
import { defaultTimes } from '../server/default-times.ts';
import { defaultSpace } from '../server/http/request-target.ts';
import type { RunningServer } from '../server/start-server.ts';
import { contractLines, retryLine, startNotes } from './contract-lines.ts';
import type { LogStyle } from './log.ts';
import { secretInUse } from './test-secret.ts';

/** Where the server listens and, unless the log is quiet, what a consumer needs: URLs, submissions and webhooks. */
export function readyLines(
  {
    localUrl,
    url,
    providers,
    contract,
    spaces,
  }: Pick<RunningServer, 'localUrl' | 'url' | 'providers' | 'contract' | 'spaces'>,
  { log, webhooksTo }: { readonly log: LogStyle; readonly webhooksTo: string | null },
): string {
  const ready = `ringback ${version} listening on ${localUrl}\n`;
  if (log === 'quiet') return ready;
  const space = spaces.get(defaultSpace);
  const secret = secretInUse(space.settings, contract);
  const rows = [
    ...providers.map(({ name, realUrl, handle }) => [
      name,
      handle === undefined ? `${url}/${name}` : url,
      realUrl === undefined ? '' : `in place of ${realUrl}`,
    ]),
    ['inbox', `${url}/_ringback/inbox/mine`, 'a callback URL to try it with'],
    ['control', `${url}/_ringback`, ''],
    ['dashboard', `${url}/_ringback/ui`, 'what happens, in a browser'],
    ...(secret === null ? [] : [['signing', secret.value, `${secret.what}; set yours: signing.secrets`]]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  const [provider] = providers;
  if (provider === undefined || provider.handle !== undefined) {
    lines.push(...contractLines(contract, timesOf(provider, space), webhooksTo));
    const policy = provider?.retryPolicy?.(space.settings);
    const retries = policy === undefined ? null : retryLine(policy);
    if (retries !== null) lines.push(retries);
  } else lines.push(...startNotes(contract.notes));
  return `${ready}${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`;
}

function timesOf(provider: Provider | undefined, space: Space): ReturnType<typeof defaultTimes> {
  return provider === undefined ? () => null : defaultTimes(provider, space);
}
