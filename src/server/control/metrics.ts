import type { Contract } from '../../core/contract/contract.ts';
import { type Delivery, isDefective } from '../../core/engine/deliveries/delivery.ts';
import type { MemoryBudget } from '../../core/engine/memory-budget.ts';
import type { SpaceEvent } from '../../core/engine/space.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { machineNow, steadyNow } from '../../platform/machine-time.ts';
import { nodeProcess } from '../../platform/node-process.ts';
import { inTurns } from '../http/in-turns.ts';
import type { RequestLogEntry } from '../server-log.ts';
import type { SpaceRegistry } from '../space-registry.ts';
import { Counter, Histogram, labelsText, metricText, type Sample } from './metrics-text.ts';

/** What is measured when the metrics are read. */
export interface MeasuredParts {
  /** Ringback's own version. */
  readonly version: string;
  readonly spaces: Pick<SpaceRegistry, 'usage' | 'limit' | 'evicted'>;
  /** The memory of all spaces together. */
  readonly memory: Pick<MemoryBudget, 'bytes' | 'limit'>;
  readonly blobs: Pick<BlobStore, 'bytes' | 'evicted'>;
  /** How many attempts have begun and not ended. */
  readonly underWay: () => number;
}

/** Bounds of buckets, in seconds. */
const responseBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const acknowledgeBounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600,
];

/**
 * Counts what all spaces of a server do, from its start on: a reset or the eviction of a space changes no counter. Labels
 * have few values: providers, operations of the contract, statuses and error codes.
 */
export class Metrics {
  readonly #providerOf: ReadonlyMap<string, string>;
  readonly #startedAt = machineNow() - steadyNow();
  readonly #requests = new Counter(
    'ringback_requests_total',
    'Requests to the operations of providers, by class of status. none: the client disconnected first.',
    ['provider', 'operation', 'status'],
  );
  readonly #runs = new Counter('ringback_runs_total', 'Runs that were created.', ['provider']);
  readonly #finished = new Counter(
    'ringback_runs_finished_total',
    'How often a run had played everything. One that continues, such as after an upload, counts again.',
    ['provider'],
  );
  readonly #deliveries = new Counter(
    'ringback_deliveries_total',
    'Deliveries, by the state that they reached. Each one is created first.',
    ['provider', 'state'],
  );
  readonly #attempts = new Counter(
    'ringback_attempts_total',
    'Attempts that have ended, by result (acknowledged, or the code of the error) and class of status.',
    ['provider', 'result', 'status'],
  );
  readonly #violations = new Counter(
    'ringback_violations_total',
    'Violations of the contract: by callbacks, as scripted or not, and by responses of the consumer.',
    ['provider', 'by'],
  );
  readonly #faults = new Counter('ringback_request_faults_total', 'Scripted faults of responses.', [
    'provider',
  ]);
  readonly #failures = new Counter(
    'ringback_failures_total',
    'Failures of Ringback, or of code of a provider.',
    ['of'],
  );
  readonly #evictedRuns = new Counter('ringback_evicted_runs_total', 'Runs that were evicted.', []);
  readonly #responses = new Histogram(
    'ringback_response_seconds',
    'Real time from the beginning of an attempt to the end of its response.',
    responseBounds,
  );
  readonly #acknowledged = new Histogram(
    'ringback_time_to_acknowledge_seconds',
    'From the first attempt to the acknowledgment: waits by the clock of the space, and real time of the last attempt.',
    acknowledgeBounds,
  );

  constructor(contract: Pick<Contract, 'operations'>) {
    this.#providerOf = new Map(contract.operations.map(({ id, provider }) => [id, provider]));
    this.#evictedRuns.add([], 0);
    for (const culprit of ['ringback', 'provider']) this.#failures.add([culprit], 0);
    for (const provider of new Set(this.#providerOf.values())) {
      this.#runs.add([provider], 0);
      this.#finished.add([provider], 0);
      this.#faults.add([provider], 0);
      for (const state of ['created', 'delivered', 'failed', 'dropped'])
        this.#deliveries.add([provider, state], 0);
      for (const by of ['script', 'ringback', 'consumer']) this.#violations.add([provider, by], 0);
    }
  }

  /** Counts a request that has ended. */
  request({ operation, status }: Pick<RequestLogEntry, 'operation' | 'status'>): void {
    const provider = operation === null ? undefined : this.#providerOf.get(operation);
    if (operation !== null && provider !== undefined)
      this.#requests.add([provider, operation, statusClass(status)]);
  }

  /** Counts an event of a space. */
  event(event: SpaceEvent): void {
    switch (event.kind) {
      case 'run.created':
        this.#runs.add([event.run.provider]);
        break;
      case 'run.finished':
        if (event.run !== undefined) this.#finished.add([event.run.provider]);
        break;
      case 'run.evicted':
        this.#evictedRuns.add([]);
        break;
      case 'request.faulted':
        this.#faults.add([this.#providerOf.get(event.operation) ?? '']);
        break;
      case 'defect':
        this.#failures.add(['ringback']);
        break;
      case 'provider.failed':
        this.#failures.add(['provider']);
        break;
      case 'attempt.ended':
        this.#attempt(event.delivery);
        break;
      case 'delivery.created':
        this.#created(event.delivery);
        break;
      case 'delivery.delivered':
        this.#delivered(event.delivery);
        break;
      case 'delivery.failed':
      case 'delivery.dropped':
        this.#deliveries.add([event.delivery.callback.provider, event.delivery.state]);
    }
  }

  #created(delivery: Delivery): void {
    const { provider, violations } = delivery.callback;
    this.#deliveries.add([provider, 'created']);
    const by = isDefective(delivery) ? 'ringback' : 'script';
    if (violations.length > 0) this.#violations.add([provider, by], violations.length);
  }

  #attempt({ attempts, callback: { provider } }: Delivery): void {
    const attempt = attempts.at(-1);
    if (attempt === undefined) return;
    const { acknowledged, code, statusCode, violations, durationMs } = attempt;
    const result = acknowledged ? 'acknowledged' : (code ?? 'unknown');
    this.#attempts.add([provider, result, statusClass(statusCode)]);
    if (violations.length > 0) this.#violations.add([provider, 'consumer'], violations.length);
    if (statusCode !== null) this.#responses.observe(provider, durationMs / 1_000);
  }

  #delivered({ attempts, callback: { provider } }: Delivery): void {
    this.#deliveries.add([provider, 'delivered']);
    const [first, last] = [attempts[0], attempts.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#acknowledged.observe(provider, (last.at - first.at + last.durationMs) / 1_000);
  }

  /** All metrics in Prometheus' text format. */
  async text(parts: MeasuredParts): Promise<string> {
    const counted = [
      this.#requests,
      this.#runs,
      this.#finished,
      this.#evictedRuns,
      this.#deliveries,
      this.#attempts,
      this.#responses,
      this.#acknowledged,
      this.#violations,
      this.#faults,
      this.#failures,
    ];
    const measured = await measure(parts);
    return [...counted.map((metric) => metric.text()), measured, processText(this.#startedAt)].join('');
  }
}

async function measure({ version, spaces, memory, blobs, underWay }: MeasuredParts): Promise<string> {
  const usage = spaces.usage();
  let pending = 0;
  let openRequests = 0;
  const records = { resource: 0, run: 0, delivery: 0, inbox_request: 0 };
  await inTurns(usage, async ({ space, visits }) => {
    openRequests += visits;
    const { store } = space;
    const [jobs, resources, runs, deliveries, requests] = await Promise.all([
      space.pending(),
      store.resources.count(),
      store.runs.count(),
      store.deliveries.count(),
      store.inbox.count(),
    ]);
    pending += jobs;
    records.resource += resources;
    records.run += runs;
    records.delivery += deliveries;
    records.inbox_request += requests;
  });
  const kept = Object.entries(records).map(([kind, count]): Sample => [labelsText(['kind'], [kind]), count]);
  return [
    gauge('ringback_info', 'Always 1. The version of the server is a label.', [
      [labelsText(['version'], [version]), 1],
    ]),
    one('ringback_spaces', 'Spaces that exist.', usage.length),
    one('ringback_spaces_limit', 'Maximum number of spaces.', spaces.limit),
    metricText('counter', 'ringback_evicted_spaces_total', 'Spaces that were evicted.', [
      ['', spaces.evicted],
    ]),
    metricText('counter', 'ringback_evicted_uploads_total', 'Uploads that were evicted.', [
      ['', blobs.evicted],
    ]),
    one('ringback_pending_jobs', 'Steps and attempts that wait for their time, in all spaces.', pending),
    one('ringback_attempts_under_way', 'Attempts in flight, or waiting for a connection.', underWay()),
    one('ringback_open_requests', 'Requests to the server that have not ended.', openRequests),
    gauge('ringback_records', 'Records that are kept, in all spaces.', kept),
    one(
      'ringback_records_bytes',
      'Memory of the records and events of all spaces, as estimated.',
      memory.bytes,
    ),
    one('ringback_records_limit_bytes', 'Limit of that memory.', memory.limit),
    one('ringback_upload_bytes', 'Size of the uploads that are kept.', blobs.bytes),
  ].join('');
}

/** With the names that Prometheus' own libraries use. */
function processText(startedAt: number): string {
  const { rss, heapUsed, external } = nodeProcess.memoryUsage();
  const { user, system } = nodeProcess.cpuUsage();
  return [
    one('process_resident_memory_bytes', 'Resident memory size in bytes.', rss),
    one('process_start_time_seconds', 'Start time of the process since 1970 in seconds.', startedAt / 1_000),
    metricText('counter', 'process_cpu_seconds_total', 'User and system CPU time in seconds.', [
      ['', (user + system) / 1_000_000],
    ]),
    one('nodejs_heap_size_used_bytes', "Used size of V8's heap in bytes.", heapUsed),
    one('nodejs_external_memory_bytes', "Memory outside of V8's heap in bytes.", external),
  ].join('');
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return metricText('gauge', name, help, samples);
}

function one(name: string, help: string, value: number): string {
  return gauge(name, help, [['', value]]);
}

const statusClasses = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx', '6xx', '7xx', '8xx', '9xx'];

function statusClass(status: number | null): string {
  return status === null ? 'none' : (statusClasses[Math.floor(status / 100)] ?? 'none');
}
