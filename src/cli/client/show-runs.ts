import { listQuery, runFilters } from '../../testing/list-query.ts';
import type { RunRecord, RunSummary } from '../../testing/records.gen.ts';
import { counted } from '../../testing/sentences.ts';
import { runText } from '../../testing/timeline-text.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { readOptions } from '../read-options.ts';
import { columns, timeCells } from './columns.ts';
import { output } from './output.ts';
import { checkWord, openRemote, type Remote } from './remote.ts';
import { wholeRunId } from './whole-run-id.ts';

interface RunList {
  readonly runs: readonly RunSummary[];
  readonly total: number;
}

/** `ringback runs`: lists the runs of a space, or shows the timeline of one. */
export async function showRuns(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('runs', args, process.env);
  const { provider, scenario, state, limit, json } = options;
  checkWord('--state', state, ['playing', 'finished']);
  const remote = await openRemote(options, false);
  const [id] = positionals;
  if (id !== undefined) {
    const run = await readRun(remote, id);
    output(json, run, () => timelineText(run));
    return exitCodes.fine;
  }
  const list = await listRuns(remote, {
    provider: provider ?? undefined,
    scenario: scenario ?? undefined,
    state: state ?? undefined,
    limit,
  });
  output(json, list, () => runListText(list));
  return exitCodes.fine;
}

/** @param id the id of a run, or its start */
export async function readRun(remote: Remote, id: string): Promise<RunRecord> {
  return (await remote.call('GET', `runs/${encodeURIComponent(await wholeRunId(remote, id))}`)) as RunRecord;
}

export async function listRuns(
  remote: Remote,
  filter: Readonly<Record<'provider' | 'scenario' | 'state', string | undefined>> & {
    readonly limit: number;
  },
): Promise<RunList> {
  const query = await listQuery('ringback', filter, runFilters, remote.names);
  return (await remote.call('GET', `runs?${query}limit=${filter.limit}`)) as RunList;
}

export function timelineText(run: RunRecord): string {
  return `${runText(run).split('\n').map(printable).join('\n')}\n`;
}

export function runListText({ runs, total }: RunList): string {
  if (total === 0) return 'no runs: nothing was submitted\n';
  const left = total - runs.length;
  const times = timeCells(runs.map(({ createdAt }) => createdAt));
  const lines = columns(
    runs.map(({ id, scenario, state, deliveryCount, openDeliveries, warnings }, index) => ({
      cells: [
        times[index] ?? '',
        id,
        [scenario, 'cyan'],
        [state, state === 'finished' ? 'green' : 'yellow'],
        `${counted(deliveryCount, 'callback')}${openDeliveries === 0 ? '' : `, ${openDeliveries} pending`}`,
      ],
      notes: warnings.map(({ location, message }) => `! ${`${location} ${message}`.trim()}`),
    })),
  );
  return `${left > 0 ? `… ${left} older\n` : ''}${lines}`;
}
