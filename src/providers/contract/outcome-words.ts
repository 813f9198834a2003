import type { JsonValue } from '../../core/json.ts';
import { balance } from './default-callback.ts';

/** What a state means for the one who waits for it. */
export type Outcome = 'success' | 'failure' | 'pending';

const unfinished =
  /^(?:pend|process|progress|queue|start|run|await|wait|open|initia|submit|receiv|review|request|schedul|creat|draft|new$|prepar|transit$)/;
const negations = /^(?:un|in|dis|de|non|not)(?=[a-z])/;

/** What a word of a contract means: `IN_PROGRESS` is pending, `notApproved` a failure. Null: nothing of these. */
export function outcomeOf(text: string): Outcome | null {
  const words = wordsOf(text);
  if (words.some((word, index) => isNegated(word, words[index - 1]))) return 'failure';
  const sign = balance(words.join(' '));
  if (sign < 0) return 'failure';
  if (words.some((word) => unfinished.test(word))) return 'pending';
  return sign > 0 ? 'success' : null;
}

/** Says nothing of where something stands. */
const unsaid = /^(?:un(?:known|specified|defined)|none|null|other|any|all)$/;

/** The state of what was just created: the first value that means no outcome. Undefined: each means one. */
export function firstState(values: readonly JsonValue[]): JsonValue | undefined {
  return values.find((value) => {
    if (typeof value !== 'string' || wordsOf(value).some((word) => unsaid.test(word))) return false;
    const outcome = outcomeOf(value);
    return outcome === null || outcome === 'pending';
  });
}

/** What the name of an event means: `payment.created` is no state on the way, but the success of something. */
export function outcomeOfEvent(name: string): 'success' | 'failure' {
  return outcomeOf(name) === 'failure' ? 'failure' : 'success';
}

/** Whether two names are about the same: `order.shipped` and `orderLost` are both about an order. */
export function areAboutTheSame(a: string, b: string): boolean {
  const [first, second] = [subjectOf(a), subjectOf(b)];
  if (first.length === 0 || second.length === 0) return false;
  return first.every((word, at) => second[at] === word) || second.every((word, at) => first[at] === word);
}

/** `payment` of `paymentSucceeded`. Empty: the name says nothing but an outcome. */
function subjectOf(name: string): readonly string[] {
  return wordsOf(name).filter((word) => outcomeOf(word) === null && word !== 'not');
}

/** The words of a name in camel, snake, kebab or any other case, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  );
}

function isNegated(word: string, before: string | undefined): boolean {
  if (before === 'not' || before === 'no') return balance(word) > 0;
  return negations.test(word) && balance(word.replace(negations, '')) > 0;
}
