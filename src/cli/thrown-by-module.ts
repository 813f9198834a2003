import { pathToFileURL } from 'node:url';
import { codeFolder } from '../loading/code-folder.ts';

/** The folder of Ringback's own code, as stack traces have it. */
const own = `${pathToFileURL(codeFolder).href}/`;

/**
 * Whether the module of a provider threw an error that nothing caught, or what it imports: the first line of the stack
 * trace that is in a file of somebody's own. Ringback itself throws errors only, and each has a stack trace.
 */
export function thrownByModule(error: unknown): boolean {
  const { code, stack } = (error ?? {}) as { readonly code?: unknown; readonly stack?: unknown };
  // Node's error for a promise that was rejected with something else than an error.
  if (typeof stack !== 'string' || code === 'ERR_UNHANDLED_REJECTION') return true;
  for (const line of stack.split('\n')) {
    if (!/^\s+at .*:\d+:\d+\)?$/.test(line) || line.includes('node:')) continue;
    if (line.includes(own)) return false;
    if (!/[\\/]node_modules[\\/]/.test(line)) return true;
  }
  return false;
}
