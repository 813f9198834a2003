import type { JsonObject, JsonValue } from '../../core/json.ts';
import { clipped } from '../../core/quoted.ts';
import { spaceName, spaceNameExpected } from '../../core/space-name.ts';
import type { InboxRequestRecord } from '../../testing/records.gen.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { readOptions } from '../read-options.ts';
import { columns, timeCells } from './columns.ts';
import { output } from './output.ts';
import { invalid, openRemote, type Remote } from './remote.ts';

export interface InboxList {
  readonly requests: readonly InboxRequestRecord[];
  readonly total: number;
}

/** How much of a body the list shows, in characters. */
const shownBody = 300;

/** `ringback inbox`: shows what an inbox received, or scripts its responses. */
export async function showInbox(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('inbox', args, process.env);
  const { json, limit } = options;
  const [name, id] = positionals;
  if (name === undefined) throw invalid('<name>', null, 'the name of an inbox, such as mine');
  if (!spaceName.test(name)) throw invalid('<name>', name, spaceNameExpected);
  const answers = options.answers === null ? null : readAnswers(options.answers);
  const remote = await openRemote(options, answers !== null);
  const path = `inboxes/${name}`;
  if (answers !== null) {
    if (id !== undefined) throw invalid('[id]', id, 'no id beside --answers');
    const script = (await remote.call('PUT', path, { answers })) as JsonObject;
    output(json, script, () => scriptText(name, script));
    return exitCodes.fine;
  }
  if (id !== undefined) {
    const request = await readInboxRequest(remote, name, id);
    output(json, request, () => inboxRequestText(request));
    return exitCodes.fine;
  }
  const list = (await remote.call('GET', `${path}?limit=${limit}`)) as InboxList;
  output(json, list, () => inboxText(name, list));
  return exitCodes.fine;
}

/** `503,503,200`, or a JSON array. */
function readAnswers(given: string): JsonValue {
  if (/^\s*\d{3}(\s*,\s*\d{3})*\s*$/.test(given)) return given.split(',').map(Number);
  const expected = 'statuses such as 503,503,200, or a JSON array such as [{"status":503,"times":2},200]';
  try {
    const answers = JSON.parse(given) as JsonValue;
    if (Array.isArray(answers)) return answers as JsonValue;
  } catch {
    // Said below.
  }
  throw invalid('--answers', given, expected);
}

function scriptText(name: string, script: JsonObject): string {
  const answers = script.answers as readonly {
    readonly status: number;
    readonly times: number;
    readonly delay: string;
  }[];
  const said = answers.map(
    ({ status, times, delay }) =>
      `${status}${times === 1 ? '' : ` × ${times}`}${delay === '0s' ? '' : ` after ${delay}`}`,
  );
  return `the inbox ${name} responds ${said.length === 0 ? '200, as without a script' : `${said.join(', ')}${script.then === 'last' ? ', and the last one from then on' : ''}`}\n`;
}

export async function readInboxRequest(
  remote: Remote,
  name: string,
  id: string,
): Promise<InboxRequestRecord> {
  return (await remote.call('GET', `inboxes/${name}/${encodeURIComponent(id)}`)) as InboxRequestRecord;
}

export function inboxText(name: string, { requests, total }: InboxList): string {
  if (total === 0) return `the inbox ${name} has received nothing\n`;
  const left = total - requests.length;
  const times = timeCells(requests.map(({ receivedAt }) => receivedAt));
  const lines = columns(
    requests.map(({ id, method, url, body, answeredWith }, index) => ({
      cells: [
        times[index] ?? '',
        id,
        method,
        [String(answeredWith), answeredWith < 300 ? 'green' : 'yellow'],
        url,
      ],
      notes: body === '' ? [] : [clipped(body, shownBody)],
    })),
  );
  return `${left > 0 ? `… ${left} older\n` : ''}${lines}`;
}

export function inboxRequestText({
  method,
  url,
  headers,
  body,
  answeredWith,
  receivedAt,
}: InboxRequestRecord): string {
  const lines = [
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : ['', ...body.split('\n')]),
    '',
    `received at ${receivedAt}, answered with ${answeredWith}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
