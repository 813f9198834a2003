import type { Duration } from '../core/duration.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ScenarioMatch } from '../core/scenario/scenario.ts';
import type { ApiFaultInput } from '../core/scenario/scenario-input.ts';
import type { ProviderName, ScenarioInput, SettingsInput } from '../types/scenario-input.ts';
import type { AnyCallbacks, CallbackNameIn, PayloadIn } from './callback-types.ts';
import type {
  DeliveryRecord,
  InboxRequestRecord,
  MoveRecord,
  RunRecord,
  SpaceEventRecord,
} from './records.gen.ts';

/**
 * URLs of a space, for the consumer's configuration. They have no trailing slash. The one of a provider replaces that of
 * its real API: `docdigitizer` replaces `https://api.docdigitizer.com`, `informed` `https://api.informediq.com`.
 */
export interface ProviderUrls extends Readonly<Record<ProviderName, string>> {
  /** The server's URL, with the space's prefix. */
  readonly base: string;
  /** The API of your own contract: its paths are below this URL. */
  readonly api: string;
  /** The control API. */
  readonly control: string;
}

/** Which submissions to apply to, and how many. */
export interface NextOptions {
  /**
   * Which submissions.
   * @default every submission to the provider
   */
  readonly match?: Partial<ScenarioMatch>;
  /**
   * How many submissions.
   * @default 1
   */
  readonly times?: number;
}

/** A callback to send now. */
export interface CallbackOrder<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> {
  /** Type, or bare name, of the callback. */
  readonly callback: Name;
  /** Absolute http(s) URL. */
  readonly to: string;
  /** Default: the first method that the contract declares for it. */
  readonly method?: string;
  /** Headers in addition to the callback's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The JSON body, or the query parameters as one object.
   * @default what the provider sends, or the contract's first example
   */
  readonly payload?: PayloadIn<Callbacks, Name>;
}

/** One response of an inbox. */
export interface InboxAnswer {
  readonly status: number;
  /**
   * How many requests get this response.
   * @default 1
   */
  readonly times?: number;
  /** The wait before the response, in real time. */
  readonly delay?: Duration;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

/** Which runs to list. All given properties must match. */
export interface RunFilter {
  readonly provider?: ProviderName | (string & {});
  /** Full or bare name. */
  readonly scenario?: string;
  readonly state?: RunRecord['state'];
  /**
   * The maximum number of items. The newest ones are returned, oldest first.
   * @default 100,000
   */
  readonly limit?: number;
}

/** Which deliveries to list. All given properties must match. */
export interface DeliveryFilter<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> {
  /** Id of the run. Null: deliveries without a run, which were sent by hand. */
  readonly run?: string | null;
  readonly provider?: ProviderName | (string & {});
  /** Type, or bare name, of the callback. */
  readonly callback?: Name;
  readonly state?: DeliveryRecord['state'];
  /**
   * The maximum number of items. The newest ones are returned, oldest first.
   * @default 100,000
   */
  readonly limit?: number;
}

/** Which requests of an inbox to list. */
export interface InboxFilter {
  /**
   * The maximum number of requests. The newest ones are returned, oldest first.
   * @default 100,000
   */
  readonly limit?: number;
}

/** A built-in receiver of callbacks. */
export interface Inbox {
  readonly name: string;
  /** The URL to send callbacks to. */
  readonly url: string;
  /** The requests that the inbox received, oldest first. */
  requests(filter?: InboxFilter): Promise<readonly InboxRequestRecord[]>;
  /**
   * Sets the next responses of the inbox. The last one repeats. A number is a response with that status.
   * @example await inbox.script([{ status: 503, times: 5 }, { status: 200 }]);
   */
  script(answers: readonly (InboxAnswer | number)[]): Promise<void>;
}

/** How long to wait. */
export interface WaitOptions {
  /**
   * The maximum wait. It is real time, on the virtual clock too.
   * @default '5s'
   * @example await provider.waitForRun({ scenario: 'rejected' }, { timeout: '30s' });
   */
  readonly timeout?: Duration;
}

/**
 * The delivery to wait for. All given properties must match, or the function must return true. It is called with each
 * existing delivery, then with the delivery of each event.
 */
export type DeliveryCondition<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> =
  | ((delivery: DeliveryRecord<Callbacks>) => boolean)
  | {
      /** Type, or bare name, of the callback. */
      readonly callback?: Name;
      /** Default: any but `pending`. */
      readonly state?: DeliveryRecord['state'];
      readonly run?: string;
    };

/** The run to wait for, like {@link DeliveryCondition}. */
export type RunCondition<Callbacks = AnyCallbacks> =
  | ((run: RunRecord<Callbacks>) => boolean)
  | {
      /** Full or bare name. */
      readonly scenario?: string;
      readonly provider?: string;
      readonly resourceId?: string;
      /** Default `finished`. */
      readonly state?: RunRecord['state'];
    };

/** API faults for the operations of one provider, in the form of a scenario's `respond`. */
export type ApiFaultsOf<P extends string> = ApiFaultInput<
  P extends ProviderName ? OperationOf<Extract<ScenarioInput, { readonly provider: P }>> : string
>;

type OperationOf<S extends ScenarioInput> = NonNullable<NonNullable<S['match']>['operation']>;

/**
 * One space of a mock provider, in this process or on another server, controlled by a test.
 * @typeParam Callbacks `CallbackPayloads` of `ringback/types`, or of the file that `ringback types` writes: names and
 *   payloads of callbacks then have their types
 */
export interface MockProvider<Callbacks = AnyCallbacks> extends AsyncDisposable {
  readonly urls: ProviderUrls;
  /** Name of the space. */
  readonly spaceName: string;
  /**
   * Makes the next submission play a scenario. Further calls for the same provider queue up.
   * @param scenario full name, `docdigitizer/rejected`, or the bare name if only one provider has it
   * @throws {RingbackError} `scenario.unknown`, naming the nearest
   * @example await provider.playNext('docdigitizer/rejected', { times: 2 });
   */
  playNext(scenario: string, options?: NextOptions): Promise<void>;
  /**
   * Adds a scenario to the space, until the space is reset.
   * @param script an object, as for `defineScenario`, or a YAML string with one or several scenarios
   * @returns the full name of the scenario, or of the last one
   * @throws {RingbackError} `scenario.invalid` with every violation and its place
   */
  addScenario(script: ScenarioInput | string): Promise<string>;
  /**
   * Moves the virtual clock forward. Resolves when everything that was due in that time has ended.
   * @throws {RingbackError} `clock.real`, `duration.invalid`
   */
  advance(duration: Duration): Promise<MoveRecord<Callbacks>>;
  /**
   * Moves the virtual clock until nothing is pending.
   * @throws {RingbackError} `clock.real`; `clock.unsettled` when something is still pending after 30 virtual days
   */
  settle(): Promise<MoveRecord<Callbacks>>;
  /** The time of the space: ISO 8601, UTC. */
  now(): Promise<string>;
  /**
   * Returns the runs of the space with timelines and deliveries, oldest first.
   * @example await provider.runs({ state: 'playing' });
   */
  runs(filter?: RunFilter): Promise<readonly RunRecord<Callbacks>[]>;
  /**
   * Returns the deliveries of the space, oldest first.
   * @example await provider.deliveries({ callback: 'verifications', state: 'failed' });
   */
  deliveries<Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>>(
    filter?: DeliveryFilter<Callbacks, Name>,
  ): Promise<readonly DeliveryRecord<Callbacks, Name>[]>;
  /** Returns the inbox of that name, a receiver of callbacks. It exists without being created. */
  inbox(name?: string): Inbox;
  /**
   * Sends a callback without a submission. Resolves when the first attempt has ended.
   * @example await provider.sendCallback({ callback: 'informed.error', to: webhook });
   */
  sendCallback<Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>>(
    order: CallbackOrder<Callbacks, Name>,
  ): Promise<DeliveryRecord<Callbacks, Name>>;
  /** Sends a finished delivery again. Resolves when the first attempt has ended. */
  redeliver(delivery: string | Pick<DeliveryRecord, 'id'>): Promise<DeliveryRecord<Callbacks>>;
  /**
   * Injects API faults into the next submission and later requests about it. Otherwise the default scenario plays.
   * @example await provider.injectFaults('docdigitizer', { status: 503, times: 2 });
   */
  injectFaults<P extends ProviderName | (string & {})>(
    provider: P,
    faults: ApiFaultsOf<P> | readonly ApiFaultsOf<P>[],
    options?: NextOptions,
  ): Promise<void>;
  /** Changes settings of the space, as with `--set`, until the space is reset. */
  configure(settings: SettingsInput): Promise<void>;
  /**
   * Streams the events of the space. The stream ends when the space is reset or the server stops.
   * @param options.after id of the last event that you have. 0: all stored events. Default: from now on
   */
  events(options?: { readonly after?: number }): AsyncIterable<SpaceEventRecord<Callbacks>>;
  /**
   * Waits until a delivery matches. Use it with a real clock or a slow consumer.
   * @throws {RingbackError} `wait.timeout`, with a timeline of what happened
   */
  waitForDelivery<Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>>(
    condition: DeliveryCondition<Callbacks, Name>,
    options?: WaitOptions,
  ): Promise<DeliveryRecord<Callbacks, Name>>;
  /** Waits until a run matches. Throws like `waitForDelivery`. */
  waitForRun(condition: RunCondition<Callbacks>, options?: WaitOptions): Promise<RunRecord<Callbacks>>;
  /** Describes what happened in the space so far, as readable text. */
  timeline(): Promise<string>;
  /** Empties the space: resources, runs, deliveries, scripts, inboxes. */
  reset(): Promise<void>;
  /** Returns another space of the same server. Closing it empties the space and leaves the server running. */
  space(name: string): MockProvider<Callbacks>;
  /** Stops the server if it was started here. An attached server keeps running. Later calls do nothing. */
  close(): Promise<void>;
}

/** A payload as JSON transports it. */
export function asJson(payload: object): JsonObject {
  return payload as JsonObject;
}
