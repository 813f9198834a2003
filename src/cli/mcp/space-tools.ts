import type { MoveRecord } from '../../testing/records.gen.ts';
import { moveText } from '../client/move-clock.ts';
import type { Remote } from '../client/remote.ts';
import { bodyLimit, durationPattern, type Tool, type ToolResult, tool } from './tool.ts';

const moving = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: true,
} as const;

const advance = tool<{ readonly by: string }>({
  name: 'advance_clock',
  title: 'Advance the virtual clock',
  description:
    'Moves the virtual clock of the mock by a duration, plays what becomes due, and returns the callbacks that were sent. Needs a server with --clock virtual. Use it to stop between two callbacks; otherwise use settle_clock.',
  annotations: moving,
  input: {
    by: {
      title: 'a duration such as 250ms, 2s, 5m, 1h or 2d',
      description: 'How far to move the clock.',
      type: 'string',
      pattern: durationPattern,
      examples: ['2h'],
    },
  },
  required: ['by'],
  output: 'moveClock',
  call: async ({ by }, { open }) => move(await open(false), { advance: by }),
});

const settle = tool<object>({
  name: 'settle_clock',
  title: 'Play everything that is pending',
  description:
    'Moves the virtual clock of the mock until no callback and no retry is pending, and returns the callbacks that were sent. Needs a server with --clock virtual. Hours of retries take milliseconds.',
  annotations: moving,
  input: {},
  output: 'moveClock',
  call: async (_input, { open }) => move(await open(false), { settle: true }),
});

/** The most deliveries of a move that are returned. */
const mostDeliveries = 50;

async function move(
  remote: Remote,
  order: { readonly advance: string } | { readonly settle: true },
): Promise<ToolResult> {
  const path = `clock?bodyLimit=${bodyLimit}`;
  const { moreIds: _, ...whole } = (await remote.call('POST', path, order)) as MoveRecord & {
    readonly moreIds?: unknown;
  };
  const deliveries = whole.deliveries.slice(0, mostDeliveries);
  const report = { ...whole, deliveries, truncated: deliveries.length < whole.total };
  return { text: moveText(report, true), structured: report };
}

const reset = tool<object>({
  name: 'reset_space',
  title: 'Reset the space',
  description:
    'Removes everything in the space of the mock: runs, deliveries, inboxes, queued scenarios, scenarios of its own, settings. Use it for a clean start between two experiments.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: {},
  output: {
    type: 'object',
    required: ['space'],
    properties: { space: { description: 'Name of the space, which is empty now.', type: 'string' } },
  },
  call: async (_input, { open }) => {
    const remote = await open(false);
    await remote.call('POST', 'reset');
    return { text: `the space ${remote.space} is empty\n`, structured: { space: remote.space } };
  },
});

export const spaceTools: readonly Tool[] = [advance, settle, reset];
