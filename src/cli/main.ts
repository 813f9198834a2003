import { isRingbackError, RingbackError } from '../core/errors.ts';
import { didYouMean, nearestName } from '../core/suggest.ts';
import { version } from '../loading/version.ts';
import { type ExitCode, errorText, exitCodeOf, exitCodes } from './exit-codes.ts';
import { commandHelp, generalHelp, groupHelp } from './help.ts';
import { type CommandName, commands } from './options.ts';
import { unreadVariables } from './read-options.ts';

const commandNames = Object.keys(commands) as CommandName[];

process.exitCode = await main(process.argv.slice(2));

/** Runs the command that the arguments name. Commands are imported on demand, so that none slows down another. */
async function main(args: readonly string[]): Promise<ExitCode> {
  // A reader that has seen enough (`ringback … | head`) closes its end. That is not a failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  try {
    return await run(args);
  } catch (error) {
    const code = exitCodeOf(error);
    process.stderr.write(`ringback: ${errorText(error)}\n`);
    if (!isRingbackError(error)) process.stderr.write('This is a bug in Ringback. Please report it.\n');
    return code;
  }
}

async function run(args: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === undefined) {
    process.stderr.write(generalHelp());
    return exitCodes.usage;
  }
  if (isVersion(first) || (first === 'version' && rest.length === 0)) return print(`${version}\n`);
  if (first === '--help' || first === '-h') return print(generalHelp());
  if (first === 'help') {
    if (rest[0] === undefined) return print(generalHelp());
    const group = commandsOf(rest);
    return print(group.length > 0 ? groupHelp(group) : commandHelp(findCommand(rest).command));
  }
  const isHelp = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';
  const group = commandsOf([first]);
  if (group.length > 0 && isHelp(rest[0])) return print(groupHelp(group));
  const { command, args: given } = findCommand(args);
  const options = given.includes('--') ? given.slice(0, given.indexOf('--')) : given;
  if (options.some(isHelp)) return print(commandHelp(command));
  if (options.some(isVersion)) return print(`${version}\n`);
  // `serve` logs it itself, perhaps as JSON.
  if (command !== 'serve')
    for (const warning of unreadVariables(process.env))
      process.stderr.write(`ringback: warning: ${warning}\n`);
  switch (command) {
    case 'serve':
      return (await import('./serve.ts')).serve(given);
    case 'init':
      return (await import('./init.ts')).init(given);
    case 'scenario list':
      return (await import('./scenario-list.ts')).scenarioList(given);
    case 'scenario lint':
      return (await import('./scenario-lint.ts')).scenarioLint(given);
    case 'scenario explain':
      return (await import('./scenario-explain.ts')).scenarioExplain(given);
    case 'trigger':
      return (await import('./trigger.ts')).trigger(given);
    case 'check':
      return (await import('./check.ts')).check(given);
    case 'record':
      return (await import('./record.ts')).record(given);
    case 'validate':
      return (await import('./validate.ts')).validate(given);
    case 'types':
      return (await import('./types.ts')).types(given);
    case 'next':
      return (await import('./client/queue-next.ts')).queueNext(given);
    case 'wait':
      return (await import('./client/await-deliveries.ts')).awaitDeliveries(given);
    case 'deliveries':
      return (await import('./client/show-deliveries.ts')).showDeliveries(given);
    case 'runs':
      return (await import('./client/show-runs.ts')).showRuns(given);
    case 'settle':
      return (await import('./client/move-clock.ts')).settle(given);
    case 'advance':
      return (await import('./client/move-clock.ts')).advance(given);
    case 'reset':
      return (await import('./client/reset-space.ts')).resetSpace(given);
    case 'inbox':
      return (await import('./client/show-inbox.ts')).showInbox(given);
    case 'callbacks':
      return (await import('./client/fire-callback.ts')).listOrFire(given);
    case 'mcp':
      return (await import('./mcp/serve-mcp.ts')).serveMcp(given);
  }
}

/** `-v` is what many tools have, and `-V` what others have. */
function isVersion(argument: string): boolean {
  return argument === '--version' || argument === '-V' || argument === '-v';
}

/** The two-word commands that start with the only given word. */
function commandsOf(words: readonly string[]): readonly CommandName[] {
  return words.length === 1 ? commandNames.filter((name) => name.startsWith(`${words[0]} `)) : [];
}

/** Finds the command in the first one or two words, and returns it with the remaining arguments. */
function findCommand(args: readonly string[]): { command: CommandName; args: readonly string[] } {
  const [first = '', second = ''] = args;
  for (const [name, length] of [
    [first, 1],
    [`${first} ${second}`, 2],
  ] as const) {
    const command = commandNames.find((known) => known === name);
    if (command !== undefined) return { command, args: args.slice(length) };
  }
  const group = commandsOf([first]);
  const both = second === '' || second.startsWith('-') ? first : `${first} ${second}`;
  const given = group.length > 0 ? both : first;
  const what = first.startsWith('-') ? 'option' : 'command';
  const known = group.length > 0 ? group : what === 'command' ? commandNames : ['--help', '--version'];
  // `list` for `scenario list`, and `scenari list`.
  const suggestion =
    known.find((name) => name.endsWith(` ${first}`)) ?? nearestName(given, known) ?? nearestName(both, known);
  throw new RingbackError('option.unknown', {
    details: { option: given, suggestion },
    detail: `There is no ${what} "${given}".${didYouMean(suggestion)} Commands: ${(group.length > 0 ? group : commandNames).join(', ')}. See ringback --help.`,
  });
}

function print(text: string): ExitCode {
  process.stdout.write(text);
  return exitCodes.fine;
}
