import { stat } from 'node:fs/promises';
import { clearTimeout, setTimeout } from 'node:timers';
import { steadyNow } from '../platform/machine-time.ts';
import { scenarioFilesOf } from './scenario-files.ts';

/** Watches scenario files by polling. */
export interface ScenarioWatch {
  /**
   * From now on, calls back when the files differ from the last call, or from the creation of the watch.
   * @param onFailure called with errors of `onChange`. The watch continues
   */
  start(onChange: () => Promise<void>, onFailure: (error: unknown) => void): void;
  stop(): void;
}

/** Polling interval in milliseconds. */
const lookMs = 250;
/** Polling takes at most this share of the time, so a directory with thousands of files is polled less often. */
const workShare = 0.05;

/**
 * Watches the files that `readScenarioFiles` would read, including directories and files that appear or disappear. It
 * polls, because containers and network mounts send no notifications, and editors that replace a file break system
 * watches. A change counts once two polls agree, so that half-written files are not read.
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

/** A fingerprint of the files. Equal strings mean that nothing has changed. */
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
