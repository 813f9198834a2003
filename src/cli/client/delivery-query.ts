import { deliveryFilters, listQuery } from '../../testing/list-query.ts';
import type { OptionsOf } from '../options.ts';
import type { Remote } from './remote.ts';
import { wholeRunId } from './whole-run-id.ts';

/** The filters of deliveries as the start of a query string. */
export async function deliveryQuery(
  remote: Remote,
  options: Pick<OptionsOf<'deliveries'>, 'run' | 'provider' | 'callback' | 'state'>,
): Promise<string> {
  const { run, provider, callback, state } = options;
  const filter = {
    run: run === null ? undefined : await wholeRunId(remote, run),
    provider: provider ?? undefined,
    callback: callback ?? undefined,
    state: state ?? undefined,
  };
  return listQuery('ringback', filter, deliveryFilters, remote.names);
}
