import type { Duration } from '../core/duration.ts';
import type { JsonValue } from '../core/json.ts';
import type { RuleId } from './rule-ids.ts';

/** Options of `checkConsumer`. A string is a URL (with `http://` or `https://`) or else a command of the shell. */
export interface CheckOptions {
  /**
   * Whose callbacks are played.
   * @default the only provider of the contract
   */
  readonly provider?: string;
  /**
   * An OpenAPI file whose callbacks are played.
   * @default the bundled contract
   */
  readonly contract?: string;
  /**
   * A configuration: its contract, code, settings and signatures are those of the mock. Its key `check` is for the
   * command line.
   * @default `ringback.yaml` or `ringback.yml` beside the contract
   */
  readonly config?: string;
  /**
   * Name of the provider that the contract describes.
   * @default made from its title
   */
  readonly name?: string;
  /**
   * Whether the http and https references of the contract are fetched.
   * @default false
   */
  readonly allowRemoteRefs?: boolean;
  /**
   * Reads the consumer's state. In a URL, `{id}` is the provider's id and `{reference}` the consumer's own reference. It
   * is read by GET: JSON with a 2xx is the state, 404 means that there is none. A command gets `RINGBACK_ID` and
   * `RINGBACK_REFERENCE`, and prints JSON, or nothing. A function returns a JSON value, or undefined.
   * @default none: only what HTTP shows is judged
   */
  readonly observe?:
    | string
    | ((subject: {
        readonly id: string;
        readonly reference: string;
      }) => Promise<JsonValue | undefined> | JsonValue | undefined);
  /**
   * Makes the consumer submit a file to the provider. A URL is POSTed with the file as its body; `{fileName}` is filled
   * in, and the header `X-Ringback-Url` has the URL of the provider's API. A command gets `RINGBACK_FILE`,
   * `RINGBACK_FILE_NAME` and `RINGBACK_URL`.
   * @default none: the check submits itself
   */
  readonly drive?:
    | string
    | ((file: {
        readonly fileName: string;
        readonly mediaType: string;
        readonly bytes: Uint8Array;
        readonly providerUrl: string;
      }) => Promise<void> | void);
  /**
   * Restarts the consumer. A URL is POSTed.
   * @default none: rules about restarts are not observed
   */
  readonly restart?: string | (() => Promise<void> | void);
  /**
   * The `Authorization` that callbacks carry where the provider has it from its configuration.
   * @default none
   */
  readonly auth?: string;
  /**
   * The `Authorization` of another endpoint of the same consumer. This one must refuse it.
   * @default none
   */
  readonly otherAuth?: string;
  /**
   * Where to read the consumer's memory: a URL that returns JSON with a number `rss` in bytes, or a process id.
   * @default none: memory is not judged
   */
  readonly memory?: string;
  /**
   * The port that the mock listens on. The consumer's configuration names it.
   * @default 4020
   */
  readonly port?: number;
  /**
   * Address that the mock binds.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The space of the mock that the consumer's configuration names.
   * @default 'default'
   */
  readonly space?: string;
  /**
   * Seed of ids and data. An id that the consumer has seen before must not come again, so give each check another one.
   * @default random
   */
  readonly seed?: number;
  /**
   * How many disturbances play at the same time.
   * @default 8
   */
  readonly jobs?: number;
  /**
   * The only rules to judge. `clean` is always judged.
   * @default all
   */
  readonly only?: readonly RuleId[];
  /**
   * Rules not to judge.
   * @default none
   */
  readonly skip?: readonly RuleId[];
  /**
   * How long the consumer may take to acknowledge a callback.
   * @default '3s'
   */
  readonly within?: Duration;
  /**
   * How long the consumer waits for a callback before it polls.
   * @default unknown: what it does not find out within three seconds is not observed
   */
  readonly overdue?: Duration;
  /**
   * The wait that stands for hours.
   * @default '2s'
   */
  readonly later?: Duration;
  /** Settings of the mock, as in `ringback serve --set`. */
  readonly settings?: Readonly<Record<string, JsonValue>>;
  /**
   * Addresses beyond loopback and private ones that callbacks may go to.
   * @default none
   */
  readonly allowCallbacksTo?: readonly string[];
  /**
   * Whether any certificate of the endpoint is accepted.
   * @default false
   */
  readonly insecureCallbacks?: boolean;
  /** Ends the check early. What was not judged by then is not observed. */
  readonly signal?: AbortSignal;
  /** Called after each disturbance. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** How far a check is. */
export interface CheckProgress {
  readonly done: number;
  readonly total: number;
  /** The rule that was judged last. */
  readonly rule: RuleId;
}
