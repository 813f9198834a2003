import { parseDuration } from '../core/duration.ts';
import { RingbackError } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ApiFaultInput, DurationInput, ScenarioInput } from '../core/scenario/scenario-input.ts';
import type { SettingsInput } from '../core/settings.ts';
import { callbackTypeName } from './bundled-callbacks.ts';
import { ControlClient } from './control-client.ts';
import {
  asJson,
  type CallbackOrder,
  type DeliveryCondition,
  type Inbox,
  type InboxAnswer,
  type MockProvider,
  type NextOptions,
  type ProviderUrls,
  type RunCondition,
  type WaitOptions,
} from './mock-provider.ts';
import { checkOptions } from './options.ts';
import { checkSpaceName } from './provider-options.ts';
import type {
  DeliveryRecord,
  InboxRequestRecord,
  MoveRecord,
  RunRecord,
  SpaceEventRecord,
} from './records.ts';
import { putScript } from './scripts.ts';
import { spaceText } from './timeline-text.ts';
import { readDeliveryCondition, readRunCondition, waitFor } from './waiting.ts';

/** As many as a list of the control API shows at most. */
const listLimit = 100_000;

export interface ControlProviderParts {
  /** The server, no slash at the end. */
  readonly server: string;
  readonly spaceName: string;
  readonly token: string | null;
  /** Stops the server; undefined: it is not this one's to stop. */
  readonly stop?: () => Promise<void>;
  /** Says that the server, and so every space of it, was closed. */
  readonly isStopped: () => boolean;
}

/** A space driven over HTTP by the control API. */
export class ControlProvider implements MockProvider {
  readonly url: ProviderUrls;
  readonly spaceName: string;
  readonly #parts: ControlProviderParts;
  readonly #client: ControlClient;
  readonly #streams = new Set<AbortController>();
  #closed = false;
  #scripts = 0;

  constructor(parts: ControlProviderParts) {
    const { server, spaceName, token } = parts;
    const base = spaceName === 'default' ? server : `${server}/@${spaceName}`;
    this.#parts = parts;
    this.spaceName = spaceName;
    this.url = {
      base,
      docdigitizer: `${base}/docdigitizer`,
      informed: `${base}/informed`,
      control: `${base}/_ringback`,
    };
    this.#client = new ControlClient({ url: this.url.control, token });
  }

  async next(scenario: string, options: NextOptions = {}): Promise<void> {
    checkOptions('next', options, ['match', 'times']);
    const { match, times } = options;
    await this.#call('POST', 'next', {
      scenario,
      ...(match !== undefined && { match: asJson(match) }),
      ...(times !== undefined && { times }),
    });
  }

  async scenario(script: ScenarioInput | string): Promise<string> {
    return putScript(script, this.#open());
  }

  async advance(duration: DurationInput): Promise<MoveRecord> {
    // Read here too, so that a mistake is found before the clock's kind matters.
    parseDuration(String(duration));
    return (await this.#call('POST', 'clock', { advance: duration })) as MoveRecord;
  }

  async settle(): Promise<MoveRecord> {
    const move = (await this.#call('POST', 'clock', { settle: true })) as MoveRecord;
    if (move.bound === null) return move;
    const bound =
      move.bound === 'horizon' ? 'after 30 virtual days' : `after ${move.jobs} steps and attempts`;
    throw new RingbackError('clock.unsettled', {
      detail: `Failed to settle the clock: ${bound}, ${move.pending} steps or attempts are still to come. Move it with advance() as far as the test needs, or shorten the script.`,
    });
  }

  async now(): Promise<string> {
    return ((await this.#call('GET', 'clock')) as { now: string }).now;
  }

  async runs(): Promise<readonly RunRecord[]> {
    const { runs } = (await this.#call('GET', `runs?limit=${listLimit}`)) as { runs: RunRecord[] };
    const details = runs.map(async ({ id }) => (await this.#call('GET', `runs/${id}`)) as RunRecord);
    return Promise.all(details);
  }

  async deliveries(): Promise<readonly DeliveryRecord[]> {
    const { deliveries } = (await this.#call('GET', `deliveries?limit=${listLimit}`)) as {
      deliveries: DeliveryRecord[];
    };
    return deliveries;
  }

  inbox(name = 'inbox'): Inbox {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      throw new RingbackError('option.invalid', {
        detail: `Failed to open an inbox. Got the name ${JSON.stringify(name)}, expected one to 64 letters, digits, ".", "_" and "-", the first a letter or a digit.`,
      });
    }
    return {
      name,
      url: `${this.url.control}/inbox/${name}`,
      requests: async () => {
        const answer = await this.#call('GET', `inboxes/${name}?limit=${listLimit}`);
        return (answer as { requests: readonly InboxRequestRecord[] }).requests;
      },
      script: async (answers) => {
        const list = answers.map(
          (answer): InboxAnswer => (typeof answer === 'number' ? { status: answer } : answer),
        );
        await this.#call('PUT', `inboxes/${name}`, { answers: list as unknown as JsonValue });
      },
    };
  }

  async callback(order: CallbackOrder): Promise<DeliveryRecord> {
    checkOptions('callback', order, ['callback', 'to', 'method', 'headers', 'payload']);
    const callback = callbackTypeName(order.callback, 'send a callback');
    return (await this.#call('POST', 'callbacks', { ...asJson(order), callback })) as DeliveryRecord;
  }

  async redeliver(delivery: string | Pick<DeliveryRecord, 'id'>): Promise<DeliveryRecord> {
    const id: unknown = typeof delivery === 'string' ? delivery : (delivery as { id?: unknown } | null)?.id;
    if (typeof id !== 'string') {
      throw new RingbackError('option.invalid', {
        detail: 'Failed to call redeliver. Got no id, expected a delivery or the id of one.',
      });
    }
    return (await this.#call('POST', `deliveries/${encodeURIComponent(id)}/redeliver`)) as DeliveryRecord;
  }

  async respond(
    provider: string,
    faults: ApiFaultInput<string> | readonly ApiFaultInput<string>[],
    options: NextOptions = {},
  ): Promise<void> {
    checkOptions('respond', options, ['match', 'times']);
    const list: readonly ApiFaultInput<string>[] = Array.isArray(faults) ? faults : [faults];
    const usual = defaultScenarios[provider as keyof typeof defaultScenarios];
    if (usual === undefined) {
      throw new RingbackError('option.invalid', {
        detail: `Failed to call respond. Got the provider ${JSON.stringify(provider)}, expected ${Object.keys(defaultScenarios).join(' or ')}.`,
      });
    }
    const { outcome } = (await this.#call('GET', `scenarios/${usual}`)) as { outcome: JsonObject | null };
    const name = `respond-${++this.#scripts}`;
    const script: JsonObject = {
      name,
      provider,
      outcome: outcome ?? {},
      respond: list as unknown as JsonValue,
    };
    await this.next(await putScript(script, this.#open()), options);
  }

  async configure(settings: SettingsInput): Promise<void> {
    await this.#call('PATCH', 'settings', asJson(settings));
  }

  async *events(options: { readonly after?: number } = {}): AsyncGenerator<SpaceEventRecord, void> {
    checkOptions('events', options, ['after']);
    const abort = new AbortController();
    const client = this.#open();
    this.#streams.add(abort);
    try {
      yield* await client.events(options.after ?? null, abort.signal);
    } catch (error) {
      // `close` has ended it, before it was open.
      if (!abort.signal.aborted) throw error;
    } finally {
      abort.abort();
      this.#streams.delete(abort);
    }
  }

  async waitForDelivery(condition: DeliveryCondition, options: WaitOptions = {}): Promise<DeliveryRecord> {
    const { fits, what } = readDeliveryCondition(condition);
    return this.#wait(what, () => this.deliveries(), fits, options);
  }

  async waitForRun(condition: RunCondition, options: WaitOptions = {}): Promise<RunRecord> {
    const { fits, what } = readRunCondition(condition);
    return this.#wait(what, () => this.runs(), fits, options);
  }

  async describe(): Promise<string> {
    return spaceText(await this.runs(), await this.deliveries());
  }

  async reset(): Promise<void> {
    await this.#call('POST', 'reset');
  }

  space(name: string): MockProvider {
    this.#open();
    checkSpaceName(name);
    const { stop: _, ...parts } = this.#parts;
    return new ControlProvider({ ...parts, spaceName: name });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of this.#streams) stream.abort();
    const { stop, isStopped, spaceName } = this.#parts;
    if (stop !== undefined) await stop();
    // Nobody else knows a space that was opened by name: what is in it can go.
    else if (spaceName !== 'default' && !isStopped())
      await this.#client.call({ method: 'POST', path: 'reset' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #wait<T>(
    what: string,
    list: () => Promise<readonly T[]>,
    condition: (item: T) => boolean,
    options: WaitOptions,
  ): Promise<T> {
    const client = this.#open();
    return waitFor({ what, client, list, condition, describe: () => this.describe(), options });
  }

  async #call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, json?: JsonValue): Promise<unknown> {
    const client = this.#open();
    return client.call({ method, path, ...(json !== undefined && { json }) });
  }

  #open(): ControlClient {
    if (!this.#closed && !this.#parts.isStopped()) return this.#client;
    throw new RingbackError('provider.closed', {
      detail: `Failed to use the mock provider: ${this.#closed ? 'it' : 'the one that it is a space of'} was closed. Use it before close(), or start another one with startProvider(). In a test, look for a missing await.`,
    });
  }
}

/** The scenarios that play by default; `respond` has their outcomes. */
const defaultScenarios = { docdigitizer: 'docdigitizer/annotated', informed: 'informed/complete' } as const;
