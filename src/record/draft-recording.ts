import type { CallbackType, Contract } from '../core/contract/contract.ts';
import { callbackNames } from '../core/contract/find-callback.ts';
import type { Violation } from '../core/errors.ts';
import { yamlExcess } from '../core/scenario/script-size.ts';
import { faultsOf, isEven } from './faults-of.ts';
import { type FoundTemplates, findTemplates, templateOf } from './find-templates.ts';
import { groupAttempts, messageOf } from './group-attempts.ts';
import { type KnownDelivery, knownDelivery, secretValues } from './known-delivery.ts';
import { maskText, secretsOf, withoutSecrets } from './mask-secrets.ts';
import { recognize } from './recognize.ts';
import { headerOf, type RecordedRequest } from './recorded-request.ts';
import { durationText, retryOf, roundedMs } from './retry-of.ts';
import { type DraftedStep, scriptText } from './script-text.ts';
import { carriedBy } from './step-content.ts';

/** What a scenario is written from. */
export interface RecordingOrder {
  readonly requests: readonly RecordedRequest[];
  readonly contract: Contract;
  /** The provider of the callbacks, if the script has to name it. */
  readonly provider: string | null;
  /** Whether the provider keeps submissions for templates. */
  readonly hasExchange: boolean;
  /** The name of the scenario. */
  readonly name: string;
  /** The first lines of the file. */
  readonly intro: readonly string[];
  /** Path or URL of the JSON Schema of scenarios, relative to the file. */
  readonly schema: string;
}

export interface DraftedRecording {
  /** Empty if it sends none. */
  readonly text: string;
  /** How many callbacks it sends. */
  readonly callbacks: number;
  /** What breaks the contract, or is not in it: one sentence each. */
  readonly findings: readonly string[];
}

/** A longer body is left out: scripts are written by people. */
const mostText = 64 * 1024;

/** How many requests a script can have: more would not be read as YAML. */
export const mostRequests = 1_000;

/** Makes a scenario of recorded callbacks. Pure. */
export function draftRecording(order: RecordingOrder): DraftedRecording {
  const { contract } = order;
  const deliveries = groupAttempts(order.requests);
  const read = deliveries.map((delivery) => ({ delivery, found: recognize(messageOf(delivery), contract) }));
  const known = read.flatMap(({ delivery, found }) =>
    typeof found === 'string' ? [] : [knownDelivery(delivery, found)],
  );
  const unknown = read.flatMap(({ delivery, found }) =>
    typeof found === 'string'
      ? [`${requestLine(messageOf(delivery))} is no callback of the contract: ${found}.`]
      : [],
  );
  const secrets = new Set([...secretsOf(order.requests), ...known.flatMap(secretValues)]);
  const clean = (text: string): string => withoutSecrets(maskText(text), secrets);
  const findings = [
    ...unknown,
    ...known.flatMap(({ type, violations }) => violations.map((one) => violationText(type, one))),
  ].map(clean);
  if (known.length === 0) return { text: '', callbacks: 0, findings };
  const templates = findTemplates(
    known.map(({ values }) => values),
    contract,
  );
  const names = [...callbackNames(contract.callbacks.values())];
  const nameOf = (type: CallbackType): string =>
    names
      .filter(([, found]) => found === type)
      .map(([name]) => name)
      .toSorted((a, b) => a.length - b.length)[0] ?? type.type;
  const retry = retryOf(deliveries);
  const left = new Set(
    known.filter(({ text, message }) => text === null || text.length > mostText || message.isCut),
  );
  // The longest ones first: they make the most room.
  const byLength = known
    .filter((one) => !left.has(one))
    .toSorted((a, b) => (b.text?.length ?? 0) - (a.text?.length ?? 0));
  for (;;) {
    const steps = stepsOf(known, left, { order, templates, secrets, nameOf });
    const text = withoutSecrets(
      scriptText({
        ...order,
        description: descriptionOf(known, nameOf),
        notes: [...unknown, ...operationNotes(known), ...retry.notes].map(clean),
        steps,
        faults: faultsOf(known, nameOf),
        retry: retry.policy,
      }),
      secrets,
    );
    if (yamlExcess(text) === null || byLength.length === 0)
      return { text, callbacks: known.length, findings };
    for (const one of byLength.splice(0, Math.ceil(known.length / 20))) left.add(one);
  }
}

/** A run plays for one submission. */
function operationNotes(known: readonly KnownDelivery[]): readonly string[] {
  const operations = new Set(known.flatMap(({ type }) => type.operation ?? []));
  return operations.size < 2
    ? []
    : [
        `These are callbacks of several operations (${[...operations].join(', ')}), and a scenario plays for one submission. Record them one by one, or split this file.`,
      ];
}

interface StepTools {
  readonly order: RecordingOrder;
  readonly templates: FoundTemplates;
  readonly secrets: ReadonlySet<string>;
  nameOf(type: CallbackType): string;
}

function stepsOf(
  known: readonly KnownDelivery[],
  left: ReadonlySet<KnownDelivery>,
  tools: StepTools,
): readonly DraftedStep[] {
  const start = (known[0]?.values.at ?? 0) - unknownWaitMs;
  let before = 0;
  let latest: number | null = null;
  return known.map((one, index) => {
    const at = Math.max(before, roundedMs(Math.max(0, one.values.at - start)));
    const carried = left.has(one)
      ? { members: {}, notes: [`${sizeOf(one)} is left out, so the mock makes it up.`] }
      : carriedBy(one, tools.order.hasExchange ? tools.templates : null, tools.secrets);
    const notes = [...carried.notes, ...notesOf(one)];
    if (index === 0)
      notes.unshift('The submission was not recorded, so the time before the first callback is a guess.');
    const said = one.values.leaves.find(
      (leaf) =>
        typeof leaf.value === 'string' && templateOf(leaf, one.values, tools.templates)?.kind === 'time',
    );
    const time = said === undefined ? null : Date.parse(String(said.value));
    if (time !== null && latest !== null && time < latest)
      notes.push(`Out of order: its ${said?.pointer} is before that of an earlier callback.`);
    if (time !== null) latest = Math.max(latest ?? time, time);
    const after = durationText(at - before);
    before = at;
    return { after, callback: tools.nameOf(one.type), notes, ...carried.members };
  });
}

/** The time before the first callback, if it is unknown: that of a contract without a scenario. */
const unknownWaitMs = 2_000;

function sizeOf({ text, message }: KnownDelivery): string {
  const size = `${message.isCut ? 'more than ' : ''}${message.body.length} bytes`;
  return text === null ? `Its body, ${size} that are no UTF-8 text,` : `Its body of ${size}`;
}

function notesOf({ type, violations, others, delivery, message }: KnownDelivery): string[] {
  return [
    ...violations.map((one) => `Breaks the contract: ${one.location || 'the body'} ${one.message}.`),
    ...(others.length > 0 ? [`It might be ${others.map((other) => other.type).join(' or ')} as well.`] : []),
    ...(delivery.varies ? ['Its attempts differed in times or counts. The mock repeats the first one.'] : []),
    ...(message.result.kind === 'incomplete' ? ['It never arrived whole.'] : []),
    ...(delivery.copies.length > 2 && !isEven(delivery)
      ? ['Its copies came at uneven times. The mock sends them evenly.']
      : []),
    ...(type.hasBody && headerOf(message, 'content-encoding') !== undefined
      ? ['It was compressed. The mock sends it as it is.']
      : []),
  ];
}

function descriptionOf(known: readonly KnownDelivery[], nameOf: (type: CallbackType) => string): string {
  const attempts = known.reduce((sum, { delivery }) => sum + delivery.copies.flat().length, 0);
  const names = [...new Set(known.map(({ type }) => nameOf(type)))];
  return `As recorded: ${names.join(', ')}, ${attempts} request${attempts === 1 ? '' : 's'}.`;
}

/** Without the query, which may hold secrets. */
export function requestLine({ method, target }: Pick<RecordedRequest, 'method' | 'target'>): string {
  return `${method} ${target.split('?', 1)[0]}`;
}

function violationText(type: CallbackType, { location, message }: Violation): string {
  return `${type.type} breaks the contract: ${location === '' ? 'it' : location} ${message}.`;
}
