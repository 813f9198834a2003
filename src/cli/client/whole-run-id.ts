import { RingbackError } from '../../core/errors.ts';
import type { RunSummary } from '../../testing/records.gen.ts';
import type { Remote } from './remote.ts';

/** The log shows the first eight characters of an id. */
const wholeLength = 36;

/**
 * The id of the only run that starts so.
 * @throws {RingbackError} `resource.not-found`; `option.invalid` if there are several
 */
export async function wholeRunId(remote: Remote, given: string): Promise<string> {
  if (given.length >= wholeLength) return given;
  const { runs } = (await remote.call('GET', 'runs?limit=100000')) as {
    readonly runs: readonly RunSummary[];
  };
  const ids = runs.map(({ id }) => id).filter((id) => id.startsWith(given));
  const [id] = ids;
  if (id === undefined) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'run', id: given },
      detail: `There is no run whose id starts with ${JSON.stringify(given)} in the space "${remote.space}". \`ringback runs\` lists them.`,
    });
  }
  if (ids.length === 1) return id;
  throw new RingbackError('option.invalid', {
    details: { option: 'run', given },
    detail: `Could not find the run: ${ids.length} ids start with ${JSON.stringify(given)}. Give more of it: ${ids.slice(0, 3).join(', ')}.`,
  });
}
