import { once } from 'node:events';
import { constants, tmpdir } from 'node:os';
import { setTimeout } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { formatDuration } from '../core/duration.ts';
import { isRingbackError } from '../core/errors.ts';
import { machineError } from '../files/machine-error.ts';
import { removeLeftovers } from '../files/private-folder.ts';
import { watchScenarioFiles } from '../loading/watch-scenarios.ts';
import { serverOptionsByName } from '../options/server-options.ts';
import { giveIdleMemoryBack } from '../platform/idle-memory.ts';
import { steadyNow } from '../platform/machine-time.ts';
import { tuneV8 } from '../platform/tune-v8.ts';
import { type RunningServer, startServer, type Unfinished } from '../server/start-server.ts';
import type { StartServerOptions } from '../server/start-server-options.ts';
import { createLog } from './create-log.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { spreadLastNet } from './last-net.ts';
import { createLineWriter } from './line-writer.ts';
import type { Log } from './log.ts';
import { addConfig } from './open-catalogue.ts';
import type { OptionsOf } from './options.ts';
import { readOptions, unreadVariables } from './read-options.ts';
import { readyLines } from './ready-lines.ts';

/** How long work in flight may take after a stop signal, in milliseconds. Docker kills after 10 s. */
const graceMs = 6_000;

/** When the process exits regardless of what is still running. */
const endMs = 7_500;

/** How long writing the last log lines may take. */
const lastLinesMs = 500;

/** `ringback serve`: serves until a signal ends it. Prints a few lines on stdout when the server is ready. */
export async function serve(args: readonly string[]): Promise<ExitCode> {
  const line = readOptions('serve', args, process.env);
  const contract = line.positionals[0] ?? null;
  const { options, config } = await addConfig('serve', line, { contract, config: line.options.config });
  const lines = createLineWriter(process.stderr, (lost) =>
    log.warn(`${lost} log lines were lost, because stderr is read too slowly`),
  );
  process.on('exit', lines.flush);
  const log = createLog({
    style: options.log,
    write: lines.write,
    flush: lines.flush,
    now: Date.now,
    colors: process.stderr.hasColors?.() ?? false,
  });
  for (const warning of [...unreadVariables(process.env), ...(config?.warnings ?? [])]) log.warn(warning);
  const holdServer = spreadLastNet(log, lines, config?.provider ?? null);
  // Before the server starts: a reader of the ready line may send the signal immediately.
  const stopSignal = Promise.race(stopSignals.map(signalled));
  // Before the files are read, so that a change right afterwards is not missed.
  const watch = await watchScenarioFiles(options.scenarios);
  const server = await startServer({
    ...serverOptionsOf(options, contract),
    configuration: config,
    log,
    tracesRequests: true,
  });
  holdServer(server);
  tuneV8();
  giveIdleMemoryBack();
  process.stdout.write(readyLines(server, { log: options.log, webhooksTo: options['webhooks-to'] }));
  if (options.seed === null) log.info(`the seed is ${server.seed}; --seed ${server.seed} replays it`);
  if (options.scenarios.length > 0)
    watch.start(
      () => reload(server, log),
      (error) => log.failure('reloading the scenario files', error),
    );
  tidyUp(log);
  checkInBackground(server, log).catch((error: unknown) => log.failure('checking the contract', error));
  const signal = await stopSignal;
  watch.stop();
  await stop(server, signal, log);
  await lines.finish(lastLinesMs);
  // An attempt that outlived its grace period still holds a connection. Do not wait for it.
  process.exit(exitCodes.fine);
}

/** The options of the command line by their names in code. */
function serverOptionsOf(options: OptionsOf<'serve'>, contract: string | null): StartServerOptions {
  const given: Readonly<Record<string, unknown>> = options;
  const named = [...serverOptionsByName].map(([name, { flag }]) => [name, given[flag] ?? undefined]);
  return { ...(contract !== null && { contract }), ...Object.fromEntries(named) };
}

/** Removes what killed processes have left behind, and warns if files cannot be stored here. Runs in the background. */
function tidyUp(log: Log): void {
  const folder = tmpdir();
  removeLeftovers(folder).then(
    (paths) => {
      if (paths.length > 0) log.info(`removed uploads left behind by ended processes: ${paths.join(', ')}`);
    },
    (error: unknown) => {
      const trouble = machineError(error, folder);
      if (trouble !== null) log.warn(`large uploads are refused until this is fixed. ${trouble.message}`);
      else log.failure(`searching ${folder} for leftover uploads`, error);
    },
  );
}

/** Larger contracts are checked by `ringback validate` only, since that takes seconds and memory. */
const mostChecked = 500;

/** How long a check of the contract waits between two of its parts, in milliseconds. */
const checkPauseMs = 20;

/** Checks what a contract of another provider makes Ringback send, and logs how much of it cannot be valid. */
async function checkInBackground({ checkContract, contract }: RunningServer, log: Log): Promise<void> {
  if (checkContract === undefined || contract.operations.length + contract.callbacks.size > mostChecked)
    return;
  const before = contract.notes.length;
  for (const _ of checkContract()) await pause(checkPauseMs, undefined, { ref: false });
  const found = contract.notes.length - before;
  if (found > 0) log.warn(`the check of the contract found ${found} more notes: see GET /_ringback/contract`);
}

/** Reloads changed scenario files and logs the result. If they are invalid, nothing changes. */
async function reload(server: RunningServer, log: Log): Promise<void> {
  try {
    const { total, added, changed, removed } = await server.reloadScenarios();
    const differences = Object.entries({ added, changed, removed })
      .filter(([, names]) => names.length > 0)
      .map(([what, names]) => `; ${what} ${names.join(', ')}`);
    log.info(`reloaded scenario files: ${total} scenarios${differences.join('') || '; nothing changed'}`);
  } catch (error) {
    if (!isRingbackError(error)) {
      log.failure('reloading the scenario files', error);
      return;
    }
    const findings = error.violations.map(({ location, message }) => `\n  ${location}: ${message}`);
    const what = findings.length === 0 ? `\n  ${error.message}` : findings.join('');
    log.warn(`the scenario files have changed, but are invalid; the previous version stays in use${what}`);
  }
}

/**
 * Signals that end the server: from a supervisor, Ctrl-C, a closed terminal, Ctrl-\. Windows does not have all of them.
 */
const stopSignals = (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const).filter(
  (name) => name in constants.signals,
);

async function signalled(name: (typeof stopSignals)[number]): Promise<string> {
  await once(process, name);
  return name;
}

/**
 * npm forwards a Ctrl-C that the terminal has also sent to us. Both arrive together; a second Ctrl-C of a person comes
 * later.
 */
const echoMs = 100;

/** Stops the server. A second signal ends the process immediately. */
async function stop(server: RunningServer, signal: string, log: Log): Promise<void> {
  const first = steadyNow();
  for (const again of stopSignals) {
    process.on(again, () => {
      // The exit code with which a shell reports a signal. Exiting this way removes the folder of uploads.
      if (steadyNow() - first > echoMs) process.exit(128 + constants.signals[again]);
    });
  }
  setTimeout(() => process.exit(exitCodes.fine), endMs).unref();
  log.info(
    `${signal}: finishing work in flight, for at most ${formatDuration(graceMs)}; a second signal exits immediately`,
  );
  const unfinished = unfinishedText(await server.close({ graceMs }));
  if (unfinished !== null) log.warn(unfinished);
}

/** What the shutdown has cut off, or null. */
function unfinishedText({ unplayed, sending, waiting }: Unfinished): string | null {
  const callbacks = (count: number, what: string): string =>
    `${count} callback${count === 1 ? '' : 's'} ${what}`;
  const parts = [
    unplayed > 0 &&
      `${unplayed} scheduled job${unplayed === 1 ? '' : 's'} (steps or attempts that were not due yet)`,
    sending > 0 && callbacks(sending, 'in flight'),
    waiting > 0 && callbacks(waiting, 'waiting for a connection'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : `not finished: ${parts.join(', ')}`;
}
