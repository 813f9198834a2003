import type { CallbackType, Contract } from '../../core/contract/contract.ts';
import type { Space } from '../../core/engine/space.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import { type Id, idLike, isId } from '../../providers/contract/new-id.ts';
import { wordsOf } from '../../providers/contract/outcome-words.ts';

/** How a property is called that says what an event is about, and how one that only may. */
const idName = /(?:^|_)id$|[a-z]I[dD]$/;
const maybeName = /(?:^|_)(?:number|key|code|reference)$|[a-z](?:Number|Key|Code|Reference)$/;
/** Ids of the request itself. */
const ownName = /^(?:event|message|delivery|request|webhook|trace|correlation)/i;

/** How often another id is made up: the contract may refuse it. */
const tries = 8;

/** A property, and the id in it. */
interface Subject {
  readonly name: string;
  readonly id: Id;
}

/** Starts a run without a submission, for a contract that has webhooks and no operations. What it is about is made up. */
export async function startUnasked(
  space: Space,
  {
    contract,
    provider,
    plan,
  }: { readonly contract: Contract; readonly provider: Provider; readonly plan: Plan },
): Promise<void> {
  const exchange = space.openExchange('check');
  const random = exchange.random(`id/${exchange.newId()}`);
  const [step] = Object.values(plan.triggers).flat();
  const type = [...contract.callbacks.values()].find(({ name }) => name === step?.callback);
  const subjectWith = (overrides: JsonObject): Subject | null => {
    const now = exchange.clock.now();
    const sample = { random: random.stream('sample'), now, overrides, settings: space.settings };
    const payload = type === undefined ? null : provider.sampleCallback?.(type.type, sample);
    return type === undefined || !isJsonObject(payload) ? null : subjectOf(type, payload);
  };
  const subject = subjectWith({});
  const name = subject?.name ?? 'id';
  // An example is the same each time, and another id may be none that the contract allows.
  const others = Array.from({ length: tries }, (_, i) =>
    subject === null ? random.uuid() : idLike(subject.id, random.stream(`try ${i}`)),
  );
  const id =
    others.find((each) => subjectWith({ [name]: each })?.id === each) ?? subject?.id ?? random.uuid();
  const nothing = { headers: {}, query: {}, path: {} };
  await exchange.startRun({
    provider: provider.name,
    operation: '',
    plan,
    choice: { rule: 'header', because: 'the check plays it' },
    resourceId: String(id),
    target: null,
    exchange: {
      url: '',
      method: 'POST',
      request: { ...nothing, body: undefined },
      // Callbacks repeat the values of a response under the same names.
      response: { ...nothing, statusCode: 201, body: { [name]: id } },
    },
    warnings: [],
    branches: [{ trigger: 'submission', subject: null }],
  });
  await exchange.playEarly();
  exchange.answering();
  await exchange.answered();
}

/** The property of a payload that says what the event is about: `parcelId` for `parcel.delivered`. Null: there is none. */
function subjectOf({ event }: CallbackType, payload: JsonObject): Subject | null {
  const named: Subject[] = [];
  const collect = (value: JsonValue | undefined): void => {
    if (!isJsonObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      if (isId(member)) named.push({ name, id: member });
      else collect(member);
    }
  };
  collect(payload);
  const others = named.filter(({ name }) => !ownName.test(name));
  const ids = others.filter(({ name }) => idName.test(name));
  const words = wordsOf(event);
  return (
    ids.find(
      ({ name }) =>
        name !== 'id' &&
        wordsOf(name)
          .slice(0, -1)
          .every((word) => words.includes(word)),
    ) ??
    ids.find(({ name }) => name === 'id') ??
    ids[0] ??
    others.find(({ name }) => maybeName.test(name)) ??
    null
  );
}
