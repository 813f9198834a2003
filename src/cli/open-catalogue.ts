import type { Configuration } from '../config/configuration.ts';
import { findConfig } from '../config/find-config.ts';
import { type ConfiguredCatalogue, openConfigured } from '../config/open-configured.ts';
import { isRingbackError } from '../core/errors.ts';
import { serverOptionsByName } from '../options/server-options.ts';
import { type CommandName, type OptionsOf, optionsOf } from './options.ts';
import { printable } from './printable.ts';
import { type CommandLine, readOptions } from './read-options.ts';

/** A command line whose other options are those of the configuration. */
export interface ConfiguredCommand<C extends CommandName>
  extends Pick<CommandLine<C>, 'options' | 'positionals'> {
  /** Null: there is none. */
  readonly config: Configuration | null;
}

/** Codes of the options of the command line that have another name in a configuration. */
const codeNames = new Map([...serverOptionsByName].map(([name, { flag }]) => [flag, name]));

/**
 * Reads a command line and its configuration. The command line takes precedence, then the environment, then the
 * configuration.
 * @throws {RingbackError} `option.*`; `config.invalid` if the configuration cannot be read
 */
export async function readConfigured<C extends Exclude<CommandName, 'serve' | 'types'>>(
  command: C,
  args: readonly string[],
): Promise<ConfiguredCommand<C>> {
  const line = readOptions(command, args, process.env);
  const configured = await addConfig(
    command,
    line,
    line.options as Pick<OptionsOf<'validate'>, 'contract' | 'config'>,
  );
  for (const warning of configured.config?.warnings ?? [])
    process.stderr.write(`ringback: warning: ${printable(warning)}\n`);
  return configured;
}

/** Adds the configuration to a command line. */
export async function addConfig<C extends CommandName>(
  command: C,
  { options, given, positionals }: CommandLine<C>,
  named: { readonly contract: string | null; readonly config: string | null },
): Promise<ConfiguredCommand<C>> {
  const config = await findConfig({ ...named, inCurrentFolder: true });
  if (config === null) return { options, positionals, config };
  // A real clock has no `now`. `trigger` has one, unless the command line says otherwise.
  const chosen: Readonly<Record<string, unknown>> = options;
  const usesNow =
    command === 'trigger' ? given.has('instant') : !(given.has('clock') && chosen.clock === 'real');
  const own = optionsOf(command).flatMap(([flag]) => {
    const value = config.options[codeNames.get(flag) ?? flag];
    // A consumer must not meet the ids of an earlier check again.
    const isSeedOfCheck = command === 'check' && flag === 'seed';
    const isApart = given.has(flag) || isSeedOfCheck || (flag === 'now' && !usesNow);
    return isApart || value === undefined ? [] : [[flag, value]];
  });
  const checked =
    command === 'check' ? Object.entries(config.check).filter(([flag]) => !given.has(flag)) : [];
  const read = Object.fromEntries([...own, ...checked]) as OptionsOf<C>;
  return { options: { ...options, ...read }, positionals, config };
}

/**
 * Checks a configuration for a command that reads the contract itself.
 * @throws {RingbackError} `config.invalid`
 */
export async function checkConfig(
  options: Parameters<typeof openCatalogue>[0],
  config: Configuration | null,
): Promise<void> {
  if (config === null) return;
  try {
    await openCatalogue(options, config);
  } catch (error) {
    // The command says what is wrong with the contract.
    if (isRingbackError(error, 'config.invalid')) throw error;
  }
}

/** Loads the contract of a command line, with its configuration. */
export function openCatalogue(
  options: {
    readonly contract: string | null;
    readonly name?: string | null;
    readonly 'allow-remote-refs': boolean;
  },
  config: Configuration | null,
): Promise<ConfiguredCatalogue> {
  return openConfigured(config, { ...options, allowRemoteRefs: options['allow-remote-refs'] });
}
