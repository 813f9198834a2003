import { access, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeProcess } from '../platform/node-process.ts';
import type { Configuration } from './configuration.ts';
import { configNames, readConfig } from './read-config.ts';

/** What names a configuration, or says where to look for one. */
export interface ConfigSearch {
  /** Path of the configuration. Undefined or null: it is looked for. */
  readonly config?: string | null | undefined;
  /** Path of the contract that is given. Undefined or null: none is. */
  readonly contract?: string | null | undefined;
  /** Whether the current folder is looked into if no contract is given. */
  readonly inCurrentFolder: boolean;
}

/**
 * Finds and reads the configuration: the one that is named; or `ringback.yaml` or `ringback.yml` beside the contract,
 * unless it names another contract; or in the current folder.
 * @returns null if there is none
 * @throws {RingbackError} `config.invalid` if it cannot be read
 */
export async function findConfig({
  config = null,
  contract = null,
  inCurrentFolder,
}: ConfigSearch): Promise<Configuration | null> {
  const { env } = nodeProcess;
  if (config !== null) return readConfig(config, env);
  if (contract === null && !inCurrentFolder) return null;
  const path = await firstIn(contract === null ? '' : dirname(contract));
  if (path === null) return null;
  const found = await readConfig(path, env);
  const isOther = contract !== null && found.contract !== null && !(await isSame(found.contract, contract));
  return isOther ? null : found;
}

async function firstIn(folder: string): Promise<string | null> {
  for (const name of configNames) {
    const path = join(folder, name);
    try {
      await access(path);
      return path;
    } catch {
      // The next name may be there.
    }
  }
  return null;
}

async function isSame(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true;
  try {
    return (await realpath(one)) === (await realpath(other));
  } catch {
    return false;
  }
}
