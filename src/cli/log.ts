import type { SpaceListener } from '../core/engine/space.ts';
import type { ServerLog } from '../server/server-log.ts';

export type LogStyle = 'pretty' | 'json' | 'quiet' | 'debug';

/** The log of `serve`: one line on stderr for each request, run and attempt. Never a secret. */
export interface Log extends ServerLog {
  /** Something the user should know. */
  info(message: string): void;
  /** Something the user should do something about. */
  warn(message: string): void;
  readonly event: SpaceListener;
}

export interface LogOptions {
  readonly style: LogStyle;
  readonly write: (line: string) => void;
  /** Called after a line that tells of a failure: it must be out before anything else happens. Default: nothing. */
  readonly flush?: () => void;
  /** The time of the machine, for what happens outside of a space. */
  readonly now: () => number;
  readonly colors: boolean;
}
