import { existsSync, readFileSync } from 'node:fs';

/**
 * The peak of this process's memory so far, in bytes. `process.resourceUsage().maxRSS` would do, but on Linux a child
 * inherits the peak of the process that started it (getrusage(2)), such as a test runner that has loaded everything.
 */
export function peakMemory(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kibibytes) * 1024;
}
