import type { Chance } from './chance.ts';
import type { Node } from './contract-model.ts';

/** What a client of one space has learned from responses, so that later requests name existing objects. */
export class World {
  readonly space: string;
  readonly #targets: readonly string[];
  readonly #learnt = new Map<string, string[]>();
  readonly #scenarios: readonly string[];
  readonly #settings: readonly string[];

  /** @param targets URLs that may be called; no other is ever given to the mock */
  constructor(
    space: string,
    targets: readonly string[],
    known: { readonly scenarios: readonly string[]; readonly settings: readonly string[] },
  ) {
    this.space = space;
    this.#targets = targets;
    this.#scenarios = known.scenarios;
    this.#settings = known.settings;
  }

  /** Records the ids and URLs in a JSON value, by property name. */
  learn(value: unknown, within = '', depth = 0): void {
    if (typeof value !== 'object' || value === null || depth > 12) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string') {
        if (name === 'id') this.#add(`${within}.id`, member);
        if (/^(id|\w+_id|upload_url)$/.test(name)) this.#add(name, member);
        else if (name === 'url' && member.includes('X-Amz-')) this.#add('download', member);
        else if (name === 'body' && member.includes('X-Amz-')) {
          for (const url of member.match(/http[^"\s]*X-Amz-[^"\s]*/g) ?? []) this.#add('download', url);
        }
      } else if (name === 'document_ids' && Array.isArray(member)) {
        for (const id of member) this.#add('document_id', String(id));
      } else this.learn(member, Array.isArray(value) ? within : name, depth + 1);
    }
  }

  #add(name: string, value: string): void {
    const values = this.#learnt.get(name) ?? [];
    this.#learnt.set(name, values);
    if (!values.includes(value) && values.length < 50) values.push(value);
  }

  /** A recorded value of that name, more often a recent one; undefined: none. */
  recall(chance: Chance, ...names: readonly string[]): string | undefined {
    const values = names.flatMap((name) => this.#learnt.get(name) ?? []);
    if (values.length === 0) return undefined;
    return chance.hits(0.4) ? values.at(-1) : chance.pick(values);
  }

  target(chance: Chance): string {
    return chance.pick(this.#targets);
  }

  /** A matching value for a property or parameter of this name; undefined: any of its schema. */
  known(chance: Chance, name: string, schema: Node): unknown {
    switch (name) {
      case 'callbackUrl':
      case 'callback_url':
      case 'webhook':
      case 'to':
        return this.target(chance);
      case 'docid':
        return this.recall(chance, 'document_id');
      case 'taskId':
        return this.recall(chance, 'task.id', 'tasks.id');
      case 'runs.id':
      case 'deliveries.id':
        return this.recall(chance, name);
      case '{name}.id':
        return this.recall(chance, 'requests.id') ?? 'mine-1';
      case '{collection}.id':
        return this.recall(chance, 'id', 'document_id', 'application_id');
      case 'application_id':
      case 'document_id':
        return this.recall(chance, name);
      case 'upload_id':
        return this.recall(chance, 'upload_url')?.split('/').at(-1);
      case 'scenario':
      case 'X-Ringback-Scenario':
        return chance.pick(this.#scenarios);
      case 'name':
        return chance.hits(0.5) ? 'mine' : chance.pick(['other', 'A.b-c_d', 'rejected', 'complete']);
      case 'collection':
        return chance.pick(['documents', 'applications', 'runs', 'deliveries']);
      case 'provider':
        return chance.pick(['docdigitizer', 'informed']);
      case 'callback':
        return chance.pick([
          'informed.extractions',
          'informed.verifications',
          'informed.error',
          'docdigitizer.documentState',
        ]);
      // This is real time on any clock: a long one would look like a hang.
      case 'delay':
        return chance.pick(['0ms', '1ms', '20ms']);
      case 'image_files':
        return schema.type === 'array'
          ? undefined
          : `${chance.word()}.${chance.pick(['pdf', 'png', 'complete.pdf', 'tiff', ''])}`;
      default:
        return undefined;
    }
  }

  /** Settings as a user might change them. */
  settings(chance: Chance): Record<string, unknown> {
    const names = chance.some(this.#settings, 0.1);
    const values = ['1s', '0ms', 5, 0, '10', true, 'true', 'documentStateV1', 'GET', '1d', null, 100_000];
    return Object.fromEntries(names.map((name) => [name, chance.pick(values)]));
  }
}
