import { onTestFinished } from 'vitest';

const open: (() => Promise<void>)[] = [];

/** Closes a resource at the end of its test, or of its file if it was opened outside of a test. */
export function closeAfterwards(close: () => Promise<void>): void {
  try {
    onTestFinished(close);
  } catch {
    // Outside of a test: opened by a hook.
    open.push(close);
  }
}

/** Closes what was opened outside of tests, in reverse order. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}
