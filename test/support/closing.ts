import { onTestFinished } from 'vitest';

const open: (() => Promise<void>)[] = [];

/** Closes something when the test that opened it ends, or, opened outside of a test, when its file does. */
export function closeAfterwards(close: () => Promise<void>): void {
  try {
    onTestFinished(close);
  } catch {
    // Not inside of a test: opened by a hook.
    open.push(close);
  }
}

/** Closes what was opened outside of tests, the last one first. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}
