import type { SpaceListener } from '../core/engine/space.ts';
import type { ServerLog } from '../server/server-log.ts';

export type LogStyle = 'pretty' | 'json' | 'quiet' | 'debug';

/** The log of `serve`: one line on stderr for each request, run and attempt. It never contains a secret. */
export interface Log extends ServerLog {
  /** Logs something that the user should know. */
  info(message: string): void;
  /** Logs something that the user should act on. */
  warn(message: string): void;
  readonly event: SpaceListener;
}

export interface LogOptions {
  readonly style: LogStyle;
  readonly write: (line: string) => void;
  /** Called after a line about a failure, which must be out before anything else happens. Default: nothing. */
  readonly flush?: () => void;
  /** The time of the machine, for what happens outside any space. */
  readonly now: () => number;
  readonly colors: boolean;
}
