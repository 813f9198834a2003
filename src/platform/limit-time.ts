import { type Context, createContext, Script } from 'node:vm';

/** How long one check may take, in milliseconds: nothing else is served meanwhile. */
const maxMs = 500;

const script = new Script('run()');
let context: (Context & { run: () => void }) | undefined;

/**
 * Runs a function to its end, and ends it from outside when it takes too long: an expression that backtracks for hours
 * cannot be ended in another way.
 * @returns false when the function took too long, or more stack than there is
 */
export function limitTime(run: () => void): boolean {
  context ??= createContext({ run }) as Context & { run: () => void };
  context.run = run;
  try {
    script.runInContext(context, { timeout: maxMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    // An expression that keeps a place to go back to for each character of a long text.
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    context.run = nothing;
  }
}

function nothing(): void {}
