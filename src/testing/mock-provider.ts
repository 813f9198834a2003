import type { Duration } from '../core/duration.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ScenarioMatch } from '../core/scenario/scenario.ts';
import type { ApiFaultInput } from '../core/scenario/scenario-input.ts';
import type { ProviderName, ScenarioInput, SettingsInput } from '../types/scenario-input.ts';
import type { CallbackReference } from './bundled-callbacks.ts';
import type {
  DeliveryRecord,
  InboxRequestRecord,
  MoveRecord,
  RunRecord,
  SpaceEventRecord,
} from './records.ts';

/** URLs of a space, for the consumer's configuration; none ends in a slash. */
export interface ProviderUrls {
  /** The server, with the space's prefix. */
  readonly base: string;
  /** In place of `https://api.docdigitizer.com`. */
  readonly docdigitizer: string;
  /** In place of `https://api.informediq.com`. */
  readonly informed: string;
  /** The control API. */
  readonly control: string;
}

/** Which submissions an order is for, and how many. */
export interface NextOptions {
  /** Default: every submission to the scenario's provider. */
  readonly match?: Partial<ScenarioMatch>;
  /** How many submissions. Default 1. */
  readonly times?: number;
}

/** A callback to send now. */
export interface CallbackOrder {
  readonly callback: CallbackReference;
  /** Absolute http(s) URL. */
  readonly to: string;
  /** Default: the first method that the contract declares for it. */
  readonly method?: string;
  /** Headers in addition to the callback's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The JSON body, or the query parameters as one object. Default: the contract's first example. */
  readonly payload?: object;
}

/** One answer of an inbox. */
export interface InboxAnswer {
  readonly status: number;
  /** How many requests get it. Default 1. */
  readonly times?: number;
  /** How long it waits, in real time. */
  readonly delay?: Duration;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

/** Which runs to list: every member that is given has to fit. */
export interface RunFilter {
  readonly provider?: ProviderName;
  /** Full or bare name. */
  readonly scenario?: string;
  readonly state?: RunRecord['state'];
  /** The newest of those that fit, in their order. Default 100,000. */
  readonly limit?: number;
}

/** Which deliveries to list: every member that is given has to fit. */
export interface DeliveryFilter {
  /** Id of the run; null: deliveries that belong to none, since they were sent by hand. */
  readonly run?: string | null;
  readonly provider?: ProviderName;
  /** Type, or bare name, of the callback. */
  readonly callback?: CallbackReference;
  readonly state?: DeliveryRecord['state'];
  /** The newest of those that fit, in their order. Default 100,000. */
  readonly limit?: number;
}

/** Which requests of an inbox to list. */
export interface InboxFilter {
  /** The newest, in their order. Default 100,000. */
  readonly limit?: number;
}

/** A built-in receiver of callbacks. */
export interface Inbox {
  readonly name: string;
  /** Where callbacks are to go. */
  readonly url: string;
  /** What came, oldest first. */
  requests(filter?: InboxFilter): Promise<readonly InboxRequestRecord[]>;
  /**
   * Scripts the answers from now on; after the last one it goes on with it. A number is an answer with that status.
   * @example await inbox.script([{ status: 503, times: 5 }, { status: 200 }]);
   */
  script(answers: readonly (InboxAnswer | number)[]): Promise<void>;
}

/** How long to wait. */
export interface WaitOptions {
  /**
   * The longest wait, in real time whatever the clock.
   * @default '5s'
   * @example await provider.waitForRun({ scenario: 'rejected' }, { timeout: '30s' });
   */
  readonly timeout?: Duration;
}

/**
 * What is waited for: every member that is given has to be so, or the function has to return true. It sees each delivery
 * as it is at first, then as it is at each of its events.
 */
export type DeliveryCondition =
  | ((delivery: DeliveryRecord) => boolean)
  | {
      /** Type, or bare name, of the callback. */
      readonly callback?: CallbackReference;
      /** Default: any but `pending`. */
      readonly state?: DeliveryRecord['state'];
      readonly run?: string;
    };

/** As with {@link DeliveryCondition}. */
export type RunCondition =
  | ((run: RunRecord) => boolean)
  | {
      /** Full or bare name. */
      readonly scenario?: string;
      readonly provider?: string;
      readonly resourceId?: string;
      /** Default `finished`. */
      readonly state?: RunRecord['state'];
    };

/** API-side faults as a scenario's `respond` has them, for the operations of one provider. */
export type ApiFaultsOf<P extends ProviderName> = ApiFaultInput<
  OperationOf<Extract<ScenarioInput, { readonly provider: P }>>
>;

type OperationOf<S extends ScenarioInput> = NonNullable<NonNullable<S['match']>['operation']>;

/** One space of a mock provider, in this process or elsewhere, as a test drives it. */
export interface MockProvider extends AsyncDisposable {
  readonly urls: ProviderUrls;
  /** Name of the space. */
  readonly spaceName: string;
  /**
   * Lets the next submission play a scenario. Orders for one provider are used up oldest first.
   * @param scenario full name, `docdigitizer/rejected`, or the bare one where only one provider has it
   * @throws {RingbackError} `scenario.unknown`, naming the nearest
   * @example await provider.playNext('docdigitizer/rejected', { times: 2 });
   */
  playNext(scenario: string, options?: NextOptions): Promise<void>;
  /**
   * Gives the space a scenario of its own, until it is reset.
   * @param script an object as `defineScenario` takes it, or YAML text of one or several
   * @returns its full name; of several, that of the last
   * @throws {RingbackError} `scenario.invalid` with every violation and its place
   */
  addScenario(script: ScenarioInput | string): Promise<string>;
  /**
   * Moves the virtual clock on. Answers after everything that falls due on the way is over.
   * @throws {RingbackError} `clock.real`, `duration.invalid`
   */
  advance(duration: Duration): Promise<MoveRecord>;
  /**
   * Moves the virtual clock until nothing is to come any more.
   * @throws {RingbackError} `clock.real`; `clock.unsettled` when that has no end in 30 virtual days
   */
  settle(): Promise<MoveRecord>;
  /** The time of the space: ISO 8601, UTC. */
  now(): Promise<string>;
  /**
   * The runs of the space with timelines and deliveries, oldest first.
   * @example await provider.runs({ state: 'playing' });
   */
  runs(filter?: RunFilter): Promise<readonly RunRecord[]>;
  /**
   * The deliveries of the space, oldest first.
   * @example await provider.deliveries({ callback: 'verifications', state: 'failed' });
   */
  deliveries(filter?: DeliveryFilter): Promise<readonly DeliveryRecord[]>;
  /** A receiver of callbacks; there is one of every name. */
  inbox(name?: string): Inbox;
  /**
   * Sends a callback without a submission. The first attempt is over when this returns.
   * @example await provider.sendCallback({ callback: 'informed.error', to: webhook });
   */
  sendCallback(order: CallbackOrder): Promise<DeliveryRecord>;
  /** Sends a finished delivery once more. The first attempt is over when this returns. */
  redeliver(delivery: string | Pick<DeliveryRecord, 'id'>): Promise<DeliveryRecord>;
  /**
   * Lets the API answer the next submission, and the requests about it, with faults; else it goes as by default.
   * @example await provider.injectFaults('docdigitizer', { status: 503, times: 2 });
   */
  injectFaults<P extends ProviderName>(
    provider: P,
    faults: ApiFaultsOf<P> | readonly ApiFaultsOf<P>[],
    options?: NextOptions,
  ): Promise<void>;
  /** Changes settings of the space, as `--set` takes them, until it is reset. */
  configure(settings: SettingsInput): Promise<void>;
  /**
   * What happens in the space, as it happens. Ends when the space is reset or the server is stopping.
   * @param options.after id of the last event that is known already; 0: all that is kept. Default: from now on
   */
  events(options?: { readonly after?: number }): AsyncIterable<SpaceEventRecord>;
  /**
   * Waits until there is such a delivery, for a real clock or a consumer that takes its time.
   * @throws {RingbackError} `wait.timeout`, saying what did happen
   */
  waitForDelivery(condition: DeliveryCondition, options?: WaitOptions): Promise<DeliveryRecord>;
  /** Waits until there is such a run. Throws like `waitForDelivery`. */
  waitForRun(condition: RunCondition, options?: WaitOptions): Promise<RunRecord>;
  /** What happened in the space so far, as text for people. */
  timeline(): Promise<string>;
  /** Empties the space: resources, runs, deliveries, scripts, inboxes. */
  reset(): Promise<void>;
  /** Another space of the same server. Closing it empties it, and leaves the server. */
  space(name: string): MockProvider;
  /** Stops the server, if it was started here; an attached one goes on. Later calls do nothing. */
  close(): Promise<void>;
}

/** A payload as it travels. */
export function asJson(payload: object): JsonObject {
  return payload as JsonObject;
}
