import { checkNoMore } from '../core/check-no-more.ts';
import { type Duration, parseDuration } from '../core/duration.ts';
import { RingbackError } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ApiFaultInput } from '../core/scenario/scenario-input.ts';
import { bundledProviders } from '../providers/bundled.ts';
import type { ProviderName, ScenarioInput, SettingsInput } from '../types/scenario-input.ts';
import { callbackNamed } from './callback-named.ts';
import { ControlClient } from './control-client.ts';
import { checkProvider, deliveryFilters, listQuery, runFilters } from './list-query.ts';
import {
  asJson,
  type CallbackOrder,
  type DeliveryCondition,
  type DeliveryFilter,
  type Inbox,
  type InboxAnswer,
  type InboxFilter,
  type MockProvider,
  type NextOptions,
  type ProviderUrls,
  type RunCondition,
  type RunFilter,
  type WaitOptions,
} from './mock-provider.ts';
import { checkOptions } from './options.ts';
import { checkName } from './provider-options.ts';
import type {
  DeliveryRecord,
  InboxRequestRecord,
  MoveRecord,
  RunRecord,
  SpaceEventRecord,
} from './records.gen.ts';
import { putScript } from './scripts.ts';
import type { ServerNames } from './server-names.ts';
import { settled } from './settled.ts';
import { spaceText } from './timeline-text.ts';
import { readDeliveryCondition, readRunCondition, type Wait, waitFor } from './waiting.ts';
import { wholeEvent } from './whole-event.ts';
import { bodyLimit, readEach, readList, wholeItems } from './whole-lists.ts';

/** The response of `POST /_ringback/clock`. */
type MoveAnswer = MoveRecord & { readonly truncated: boolean; readonly moreIds?: readonly string[] };

export interface ControlProviderParts {
  /** URL of the server, without a trailing slash. */
  readonly server: string;
  readonly spaceName: string;
  readonly token: string | null;
  /** Stops the server. Undefined if this provider did not start it. */
  readonly stop?: () => Promise<void>;
  /** The names of the server, read at the first use. */
  readonly names: () => Promise<ServerNames>;
  /** True once the server, and so each of its spaces, is closed. */
  readonly isStopped: () => boolean;
}

/** A space driven over HTTP by the control API. */
export class ControlProvider implements MockProvider {
  readonly urls: ProviderUrls;
  readonly spaceName: string;
  readonly #parts: ControlProviderParts;
  readonly #client: ControlClient;
  readonly #streams = new Set<AbortController>();
  #closed = false;

  constructor(parts: ControlProviderParts) {
    const { server, spaceName, token } = parts;
    const base = spaceName === 'default' ? server : `${server}/@${spaceName}`;
    this.#parts = parts;
    this.spaceName = spaceName;
    this.urls = {
      base,
      api: base,
      ...(Object.fromEntries([...bundledProviders.keys()].map((name) => [name, `${base}/${name}`])) as Record<
        ProviderName,
        string
      >),
      control: `${base}/_ringback`,
    };
    this.#client = new ControlClient({ url: this.urls.control, token });
  }

  async playNext(scenario: string, options: NextOptions = {}, ...extra: readonly unknown[]): Promise<void> {
    checkNoMore('playNext(scenario, options)', extra);
    checkOptions('playNext', options, ['match', 'times']);
    await this.#call('POST', 'next', { ...asJson(options), scenario });
  }

  async addScenario(script: ScenarioInput | string, ...extra: readonly unknown[]): Promise<string> {
    checkNoMore('addScenario(script)', extra);
    return putScript(script, this.#open());
  }

  async advance(duration: Duration, ...extra: readonly unknown[]): Promise<MoveRecord> {
    checkNoMore('advance(duration)', extra);
    // Checked here too, so that an invalid duration is reported with either clock.
    parseDuration(duration);
    return this.#move({ advance: duration });
  }

  async settle(...extra: readonly unknown[]): Promise<MoveRecord> {
    checkNoMore('settle()', extra);
    return settled(await this.#move({ settle: true }));
  }

  async now(...extra: readonly unknown[]): Promise<string> {
    checkNoMore('now()', extra);
    return ((await this.#call('GET', 'clock')) as { now: string }).now;
  }

  async runs(filter: RunFilter = {}, ...extra: readonly unknown[]): Promise<readonly RunRecord[]> {
    checkNoMore('runs(filter)', extra);
    const query = await listQuery('runs', filter, runFilters, this.#names);
    const path = `runs?${query}detail=true&bodyLimit=${bodyLimit}&`;
    const list = { path, member: 'runs', limit: filter.limit };
    return readEach(await readList<RunRecord>(this.#read, list), (run) => this.#wholeRun(run));
  }

  async deliveries(
    filter: DeliveryFilter = {},
    ...extra: readonly unknown[]
  ): Promise<readonly DeliveryRecord[]> {
    checkNoMore('deliveries(filter)', extra);
    const query = await listQuery('deliveries', filter, deliveryFilters, this.#names);
    const path = `deliveries?${query}bodyLimit=${bodyLimit}&`;
    const list = { path, member: 'deliveries', limit: filter.limit };
    return wholeItems(await readList<DeliveryRecord>(this.#read, list), this.#delivery);
  }

  inbox(name = 'inbox', ...extra: readonly unknown[]): Inbox {
    checkNoMore('inbox(name)', extra);
    checkName('an inbox', name);
    return {
      name,
      url: `${this.urls.control}/inbox/${name}`,
      requests: async (filter: InboxFilter = {}, ...extra: readonly unknown[]) => {
        checkNoMore('inbox().requests(filter)', extra);
        checkOptions('inbox().requests', filter, ['limit']);
        const path = `inboxes/${name}?bodyLimit=${bodyLimit}&`;
        const list = { path, member: 'requests', limit: filter.limit };
        const requests = await readList<InboxRequestRecord>(this.#read, list);
        const read = async (id: string) =>
          (await this.#read(`inboxes/${name}/${encodeURIComponent(id)}`)) as InboxRequestRecord;
        return (await wholeItems(requests, read)).map(withJson);
      },
      script: async (answers: readonly (InboxAnswer | number)[], ...extra: readonly unknown[]) => {
        checkNoMore('inbox().script(answers)', extra);
        if (!Array.isArray(answers)) {
          throw new RingbackError('option.invalid', {
            details: { option: 'answers', given: answers },
            detail: `Could not script the inbox. Got ${JSON.stringify(answers) ?? typeof answers} for its answers, expected an array, e.g. [503, 200].`,
          });
        }
        await this.#call('PUT', `inboxes/${name}`, { answers: answers as readonly JsonValue[] });
      },
    };
  }

  async sendCallback(order: CallbackOrder, ...extra: readonly unknown[]): Promise<DeliveryRecord> {
    checkNoMore('sendCallback(order)', extra);
    checkOptions('sendCallback', order, ['callback', 'to', 'method', 'headers', 'payload']);
    const { type: callback } = callbackNamed(order.callback, 'send a callback', await this.#names());
    return (await this.#call('POST', 'callbacks', { ...asJson(order), callback })) as DeliveryRecord;
  }

  async redeliver(
    delivery: string | Pick<DeliveryRecord, 'id'>,
    ...extra: readonly unknown[]
  ): Promise<DeliveryRecord> {
    checkNoMore('redeliver(delivery)', extra);
    const id: unknown = typeof delivery === 'string' ? delivery : (delivery as { id?: unknown } | null)?.id;
    if (typeof id !== 'string') {
      throw new RingbackError('option.invalid', {
        details: { option: 'delivery', given: delivery },
        detail: 'Could not call redeliver. Got no id, expected a delivery or the id of one.',
      });
    }
    return (await this.#call('POST', `deliveries/${encodeURIComponent(id)}/redeliver`)) as DeliveryRecord;
  }

  async injectFaults(
    provider: string,
    faults: ApiFaultInput<string> | readonly ApiFaultInput<string>[],
    options: NextOptions = {},
    ...extra: readonly unknown[]
  ): Promise<void> {
    checkNoMore('injectFaults(provider, faults, options)', extra);
    checkOptions('injectFaults', options, ['match', 'times']);
    checkProvider('injectFaults', provider, await this.#names());
    const respond = (Array.isArray(faults) ? faults : [faults]) as unknown as JsonValue;
    await this.#call('POST', 'next', { ...asJson(options), provider, respond });
  }

  async configure(settings: SettingsInput, ...extra: readonly unknown[]): Promise<void> {
    checkNoMore('configure(settings)', extra);
    await this.#call('PATCH', 'settings', asJson(settings));
  }

  async *events(
    options: { readonly after?: number } = {},
    ...extra: readonly unknown[]
  ): AsyncGenerator<SpaceEventRecord, void> {
    checkNoMore('events(options)', extra);
    checkOptions('events', options, ['after']);
    const abort = new AbortController();
    const client = this.#open();
    this.#streams.add(abort);
    try {
      for await (const event of await client.events(options.after ?? null, abort.signal))
        yield await wholeEvent(event, this.#delivery);
    } catch (error) {
      // `close` ended the stream before it was open.
      if (!abort.signal.aborted) throw error;
    } finally {
      abort.abort();
      this.#streams.delete(abort);
    }
  }

  async waitForDelivery(
    condition: DeliveryCondition,
    options: WaitOptions = {},
    ...extra: readonly unknown[]
  ): Promise<DeliveryRecord> {
    checkNoMore('waitForDelivery(condition, options)', extra);
    const { fits, what } = await readDeliveryCondition(condition, this.#names);
    const about = async (event: SpaceEventRecord): Promise<readonly DeliveryRecord[]> => {
      const whole = await wholeEvent(event, this.#delivery);
      return 'delivery' in whole ? [whole.delivery] : [];
    };
    return this.#wait({ what, fits, options, all: () => this.deliveries(), about });
  }

  async waitForRun(
    condition: RunCondition,
    options: WaitOptions = {},
    ...extra: readonly unknown[]
  ): Promise<RunRecord> {
    checkNoMore('waitForRun(condition, options)', extra);
    const { fits, what } = readRunCondition(condition);
    // An event has only a part of the run. A condition may need the rest.
    const about = async (event: SpaceEventRecord): Promise<readonly RunRecord[]> =>
      readEach('runId' in event && event.runId !== null ? [event.runId] : [], async (id) =>
        this.#wholeRun((await this.#read(`runs/${id}?bodyLimit=${bodyLimit}`)) as RunRecord),
      );
    return this.#wait({ what, fits, options, all: () => this.runs(), about });
  }

  async timeline(...extra: readonly unknown[]): Promise<string> {
    checkNoMore('timeline()', extra);
    return spaceText(await this.runs(), await this.deliveries({ run: null }));
  }

  async reset(...extra: readonly unknown[]): Promise<void> {
    checkNoMore('reset()', extra);
    await this.#call('POST', 'reset');
  }

  space(name: string, ...extra: readonly unknown[]): MockProvider {
    checkNoMore('space(name)', extra);
    this.#open();
    checkName('a space', name);
    const { stop: _, ...parts } = this.#parts;
    return new ControlProvider({ ...parts, spaceName: name });
  }

  async close(...extra: readonly unknown[]): Promise<void> {
    checkNoMore('close()', extra);
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of this.#streams) stream.abort();
    const { stop, isStopped, spaceName } = this.#parts;
    if (stop !== undefined) await stop();
    // A named space belongs to this test, so its contents can be removed.
    else if (spaceName !== 'default' && !isStopped())
      await this.#client.call({ method: 'POST', path: 'reset' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #names = async (): Promise<ServerNames> => {
    this.#open();
    return this.#parts.names();
  };

  readonly #read = (path: string): Promise<unknown> => this.#call('GET', path);

  readonly #delivery = async (id: string): Promise<DeliveryRecord> =>
    (await this.#read(`deliveries/${encodeURIComponent(id)}`)) as DeliveryRecord;

  /** A run with all of its deliveries and their whole bodies. */
  async #wholeRun(run: RunRecord): Promise<RunRecord> {
    const isWhole = run.deliveries.length === run.deliveryCount;
    const deliveries = isWhole
      ? await wholeItems(run.deliveries, this.#delivery)
      : await this.deliveries({ run: run.id });
    return { ...run, deliveries };
  }

  /** Moves the clock, then reads the deliveries that the response leaves out. */
  async #move(order: JsonObject): Promise<MoveRecord> {
    const answer = (await this.#call('POST', `clock?bodyLimit=${bodyLimit}`, order)) as MoveAnswer;
    const { truncated, moreIds = [], ...move } = answer;
    const shown = await wholeItems(move.deliveries, this.#delivery);
    if (!truncated) return { ...move, deliveries: shown };
    const all = new Map((await this.deliveries()).map((delivery) => [delivery.id, delivery]));
    const more = moreIds.map((id) => all.get(id)).filter((delivery) => delivery !== undefined);
    return { ...move, deliveries: [...shown, ...more] };
  }

  async #wait<T>(wait: Omit<Wait<T>, 'client' | 'timeline'>): Promise<T> {
    return waitFor({ ...wait, client: this.#open(), timeline: () => this.timeline() });
  }

  async #call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, json?: JsonValue): Promise<unknown> {
    const client = this.#open();
    return client.call({ method, path, ...(json !== undefined && { json }) });
  }

  #open(): ControlClient {
    if (!this.#closed && !this.#parts.isStopped()) return this.#client;
    throw new RingbackError('provider.closed', {
      detail: `Could not use the mock provider: ${this.#closed ? 'it' : 'the one that it is a space of'} was closed. Use it before close(), or start a new one with startProvider(). In a test, look for a missing await.`,
    });
  }
}

/** A request with its body parsed if that is JSON. Lists have only the text. */
function withJson(request: InboxRequestRecord): InboxRequestRecord {
  if (request.bodyTruncated || request.json !== undefined) return request;
  try {
    return { ...request, json: JSON.parse(request.body) as JsonValue };
  } catch {
    return request;
  }
}
