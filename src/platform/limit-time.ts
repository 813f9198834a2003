import { type Context, createContext, Script } from 'node:vm';

/** How long one check may take, in milliseconds. It blocks the process. */
const maxMs = 500;

const script = new Script('run()');
let context: (Context & { run: () => void }) | undefined;

/**
 * Runs a function with a time limit. It is terminated from outside, because an expression that backtracks for hours
 * cannot be stopped in another way.
 * @returns false if the function took too long or exhausted the stack
 */
export function limitTime(run: () => void): boolean {
  context ??= createContext({ run }) as Context & { run: () => void };
  context.run = run;
  try {
    script.runInContext(context, { timeout: maxMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    // An expression that keeps a backtracking position for each character of a long text.
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    context.run = nothing;
  }
}

function nothing(): void {}
