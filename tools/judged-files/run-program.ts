import { execFile } from 'node:child_process';

/** A program's output and exit code; 127 when the program is missing. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program without a shell, stdout and stderr combined. A hanging program is killed. */
export function runProgram(program: string, options: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const limits = { timeout: 60_000, maxBuffer: 16 * 1024 * 1024, encoding: 'latin1' } as const;
    execFile(program, options, limits, (error, stdout, stderr) => {
      const missing = error !== null && error.code === 'ENOENT';
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code: missing ? 127 : code, output: `${stdout}\n${stderr}` });
    });
  });
}

/** Runs jobs, at most `most` at a time, and returns their results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  job: (item: T) => Promise<R>,
  most = 4,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await job(items[i] as T);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
