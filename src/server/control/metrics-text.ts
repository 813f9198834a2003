/**
 * The text format of Prometheus, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
 */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

/** A sample of a metric: its labels as text, and its value. */
export type Sample = readonly [labels: string, value: number];

/** The lines of a metric that only has a value for each set of labels. */
export function metricText(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  samples: Iterable<Sample>,
): string {
  let text = head(type, name, help);
  for (const [labels, value] of samples) text += `${name}${labels} ${number(value)}\n`;
  return text;
}

/** Labels as text, such as `{provider="informed"}`. */
export function labelsText(names: readonly string[], values: readonly string[]): string {
  return names.length === 0 ? '' : `{${pairs(names, values)}}`;
}

/** A number that only grows, for each set of labels. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  /** By the values of the labels, joined: text is made when it is read, not for each count. */
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** @param values those of the labels, in their order */
  add(values: readonly string[], amount = 1): void {
    const key = values.length === 1 ? (values[0] ?? '') : values.join(separator);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  text(): string {
    const samples = [...this.#values].map(
      ([key, value]): Sample => [labelsText(this.#labels, key.split(separator)), value],
    );
    return metricText('counter', this.#name, this.#help, samples);
  }
}

/** Between the values of labels. No name of a provider, operation or code has it. */
const separator = '\0';

interface Distribution {
  /** How many values are in each bucket and no lower one. The last bucket has no bound. */
  readonly counts: number[];
  sum: number;
}

/** The distribution of a value over buckets, for each provider. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #byProvider = new Map<string, Distribution>();

  /** @param bounds upper bounds of the buckets, ascending and inclusive */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(provider: string, value: number): void {
    let found = this.#byProvider.get(provider);
    if (found === undefined) {
      found = { counts: Array(this.#bounds.length + 1).fill(0), sum: 0 };
      this.#byProvider.set(provider, found);
    }
    let index = 0;
    while (value > (this.#bounds[index] ?? Number.POSITIVE_INFINITY)) index++;
    found.counts[index] = (found.counts[index] ?? 0) + 1;
    found.sum += value;
  }

  text(): string {
    let text = head('histogram', this.#name, this.#help);
    for (const [provider, { counts, sum }] of this.#byProvider) {
      const own = pairs(['provider'], [provider]);
      let total = 0;
      for (const [index, count] of counts.entries()) {
        total += count;
        const bound = number(this.#bounds[index] ?? Number.POSITIVE_INFINITY);
        text += `${this.#name}_bucket{${own},le="${bound}"} ${total}\n`;
      }
      text += `${this.#name}_sum{${own}} ${number(sum)}\n${this.#name}_count{${own}} ${total}\n`;
    }
    return text;
  }
}

function head(type: string, name: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function pairs(names: readonly string[], values: readonly string[]): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}
