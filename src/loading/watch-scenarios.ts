import { stat } from 'node:fs/promises';
import { clearTimeout, setTimeout } from 'node:timers';
import { steadyNow } from '../platform/machine-time.ts';
import { scenarioFilesOf } from './scenario-files.ts';

/** Scenario files that are looked at again and again. */
export interface ScenarioWatch {
  /**
   * From now on, calls back when the files are others than at the last call, or than when the watch was made.
   * @param onFailure told what `onChange` throws; the watch goes on
   */
  start(onChange: () => Promise<void>, onFailure: (error: unknown) => void): void;
  stop(): void;
}

/** How often to look, in milliseconds. */
const lookMs = 250;
/** Looking takes at most this part of the time: a directory of thousands of files is looked at less often. */
const workShare = 0.05;

/**
 * Watches what `readScenarioFiles` would read: files that change, come and go, directories that do.
 * It looks by itself instead of waiting to be told: containers and network mounts tell nothing, and editors that
 * replace a file make the system's watch lose it. A change counts once two looks see the same, so that nothing is
 * read that is half written.
 */
export async function watchScenarioFiles(paths: readonly string[]): Promise<ScenarioWatch> {
  let known = await look(paths);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  return {
    start(onChange, onFailure) {
      let last = known;
      const again = async (): Promise<void> => {
        const begun = steadyNow();
        const seen = await look(paths);
        const tookMs = steadyNow() - begun;
        if (seen === last && seen !== known && !stopped) {
          known = seen;
          await onChange().catch(onFailure);
        }
        last = seen;
        if (!stopped) timer = setTimeout(again, Math.max(lookMs, tookMs / workShare)).unref();
      };
      timer = setTimeout(again, lookMs).unref();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** What the files look like from outside; equal texts mean that nothing has changed. */
async function look(paths: readonly string[]): Promise<string> {
  const seen: string[] = [];
  for (const path of paths) {
    try {
      for (const file of await scenarioFilesOf(path)) seen.push(await lookAt(file));
    } catch (error) {
      seen.push(`${path} ${codeOf(error)}`);
    }
  }
  return seen.join('\n');
}

async function lookAt(file: string): Promise<string> {
  try {
    const { size, ino, mtimeMs, ctimeMs } = await stat(file);
    return `${file} ${size} ${ino} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return `${file} ${codeOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code ?? error);
}
