import { runInThisContext } from 'node:vm';

/** Node's own `process`. Tests in jest have a copy of it, whose `nextTick` is faked along with the timers. */
export const nodeProcess: typeof process = runInThisContext('process');
