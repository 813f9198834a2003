import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Disturbance, Rule } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { RawEnd } from '../stage/send-raw.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf, playToRest } from './common.ts';
import { headIsHarmless } from './head.ts';
import { isTaken } from './search.ts';
import { type Unusable, unusablesOf } from './unusable.ts';

/**
 * Plays a sequence whose final callback is bad, then sends the good one. The bad one must be refused without an effect,
 * and the good one must work.
 * @param options.refused whether a 2xx is a failure
 */
async function badThenGood(
  stage: Stage,
  outcome: PlayedOutcome,
  fault: Unusable['fault'],
  { refused, what }: { readonly refused: boolean; readonly what: string },
): Promise<Finding> {
  const play = await stage.play(outcome, { faults: [{ on: { ...lastStep(outcome).on }, ...fault }] });
  const bad = finalOf(play, outcome);
  const attempt = bad?.attempts.at(-1);
  if (bad === undefined || attempt === undefined) return absent(stage, play, what);
  const got = attempt.statusCode === null ? (attempt.error ?? 'no response') : `status ${attempt.statusCode}`;
  if (refused && isTaken({ attempt }))
    return stage.said(play, 'failed', `${what} got ${got}`, 'a refusal', got);
  if (attempt.statusCode === null)
    return stage.said(play, 'failed', `${what} got no response: ${got}`, 'a response', got);
  if (attempt.durationMs > stage.withinMs)
    return stage.said(
      play,
      'failed',
      `${what} was answered after ${Math.round(attempt.durationMs)} ms`,
      'a prompt response',
      got,
    );
  return goodAfter(stage, play, outcome, what);
}

/** Sends the good final callback of a play whose bad one was sent before. */
async function goodAfter(stage: Stage, play: Play, outcome: PlayedOutcome, what: string): Promise<Finding> {
  const final = finalOf(play, outcome);
  if (final === undefined || !isJsonObject(final.callback.payload))
    return absent(stage, play, 'the final callback');
  const other = await stage.play(outcome);
  const refusal = other.attempts().find(({ attempt }) => !attempt.acknowledged)?.attempt;
  if (refusal !== undefined) {
    const got = refusal.error ?? `status ${refusal.statusCode}`;
    return stage.said(other, 'failed', `after ${what}, a good callback got ${got}`, 'a 2xx', got);
  }
  if (!stage.canObserve)
    return stage.said(play, 'passed', `refused, and the next good callback works`, 'a 2xx', 'a 2xx');
  return stage.compared(other, await stage.settle(other, outcome), `after ${what} and a good sequence`);
}

/** Sends a callback in a raw way, then plays a good sequence. */
function rawThenGood(end: RawEnd, what: string): (stage: Stage, outcome: PlayedOutcome) => Promise<Finding> {
  return async (stage, outcome) => {
    const play = await stage.play(outcome, { faults: [{ on: { ...lastStep(outcome).on }, drop: true }] });
    const final = finalOf(play, outcome);
    if (final === undefined) return absent(stage, play, 'the final callback');
    const sent = await stage.sendRaw(play, final, { end });
    try {
      return await goodAfter(stage, play, outcome, what);
    } finally {
      sent.close();
    }
  };
}

/** Sends a good callback, whose sequence was submitted before, while another request does not end. */
async function goodWhileOpen(stage: Stage, outcome: PlayedOutcome): Promise<Finding> {
  const withoutFinal = { faults: [{ on: { ...lastStep(outcome).on }, drop: true }] };
  const [open, good] = [await stage.play(outcome, withoutFinal), await stage.play(outcome, withoutFinal)];
  const [slow, final] = [finalOf(open, outcome), finalOf(good, outcome)];
  if (slow === undefined || final === undefined) return absent(stage, open, 'the final callback');
  const sent = await stage.sendRaw(open, slow, { end: 'stay-open' });
  const attempt = (await stage.redeliver(final)).attempts.at(-1);
  sent.close();
  const got = attempt?.error ?? `status ${attempt?.statusCode}`;
  const what = 'while another request does not end';
  if (attempt?.acknowledged !== true)
    return stage.said(good, 'failed', `${what}, a good callback got ${got}`, 'a 2xx', got);
  if (!stage.canObserve) return stage.said(good, 'passed', 'acknowledged', 'a 2xx', got);
  return stage.compared(good, await stage.settle(good, outcome), what);
}

const whats: Readonly<Record<string, string>> = {
  malformed: 'a body that is no JSON',
  empty: 'an empty body',
  'no-parameters': 'a callback without parameters',
  'no-state': 'a callback without its state',
  'no-id': 'a callback without its id',
  'state-is-no-number': 'a callback whose state is no number',
};

const onlyFirst =
  (facts: { readonly outcomes: readonly PlayedOutcome[] }) =>
  (outcome: PlayedOutcome): boolean =>
    outcome === facts.outcomes[0];

export const badBody: Rule = {
  id: 'bad-body',
  area: 'input',
  title: 'A request that cannot be read is refused promptly, and harms nothing',
  why: 'Requests break off, arrive slowly, and come from others than the provider. One that cannot be read must neither take effect nor occupy the endpoint.',
  source: {
    title: 'OWASP: Web Service Security Cheat Sheet, message size and schema validation',
    url: 'https://cheatsheetseries.owasp.org/cheatsheets/Web_Service_Security_Cheat_Sheet.html',
  },
  provoked:
    'Sends requests that are malformed, empty, in another encoding, cut off, reset or slow, then a good sequence; a good one also while a slow one is open. Sends a good one in chunks.',
  passes:
    'What cannot be read gets no 2xx, and a response within --within. The good sequence works. Chunks are accepted.',
  remedy:
    'Parse the body in one place, and respond 400 when that fails. Set timeouts for requests that do not end, and serve several at a time.',
  explainedBy: ['slow-ack'],
  applies: () => null,
  disturbances: (facts) => {
    const at: Omit<Disturbance, 'id' | 'judge'> & { readonly only: (outcome: PlayedOutcome) => boolean } = {
      plays: 'breaking',
      only: onlyFirst(facts),
    };
    const bodies = facts.hasBody
      ? [
          ...unusablesOf(facts).flatMap(({ id, fault }) =>
            eachOutcome(
              facts,
              id,
              (stage, outcome) =>
                badThenGood(stage, outcome, fault, { refused: true, what: whats[id] ?? id }),
              at,
            ),
          ),
          ...eachOutcome(
            facts,
            'wrong-content-type',
            (stage, outcome) =>
              badThenGood(
                stage,
                outcome,
                { corrupt: 'content-type' },
                { refused: false, what: 'a body with another content type' },
              ),
            at,
          ),
          ...eachOutcome(
            facts,
            'wrong-charset',
            (stage, outcome) =>
              badThenGood(
                stage,
                outcome,
                { corrupt: 'charset' },
                { refused: false, what: 'a body in another encoding than it says' },
              ),
            at,
          ),
          ...eachOutcome(facts, 'truncated', rawThenGood('half-then-close', 'half a body'), at),
          ...eachOutcome(
            facts,
            'chunked',
            async (stage, outcome) => {
              const play = await stage.play(outcome, {
                faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
              });
              const final = finalOf(play, outcome);
              if (final === undefined) return absent(stage, play, 'the final callback');
              const sent = await stage.sendRaw(play, final, { end: 'chunked' });
              const got = sent.status === null ? 'no response' : `status ${sent.status}`;
              if (sent.status === null || sent.status > 299)
                return stage.said(play, 'failed', `a body in chunks got ${got}`, 'a 2xx', got);
              if (!stage.canObserve) return stage.said(play, 'passed', 'accepted', 'a 2xx', got);
              return stage.compared(play, await stage.settle(play, outcome), 'after a body in chunks');
            },
            at,
          ),
        ]
      : [];
    return [
      ...bodies,
      ...eachOutcome(facts, 'reset', rawThenGood('half-then-reset', 'a request that was reset'), at),
      ...eachOutcome(facts, 'while-slow', goodWhileOpen, at),
    ];
  },
};

/** How much later a consumer may come to one id than to another, in milliseconds. */
const laterMs = 3_000;

/** Ids with characters that have another meaning in a URL, and how the query is written, if not as usual. */
const trickyIds: readonly {
  readonly name: string;
  readonly id: string;
  readonly written?: (search: string) => string;
}[] = [
  { name: 'plus', id: 'made+up+' },
  { name: 'percent', id: 'made%2Fup%' },
  { name: 'space', id: 'made up ' },
  // Encoders of forms write a space so.
  { name: 'space-as-plus', id: 'made up ', written: (search) => search.replaceAll('%20', '+') },
  { name: 'non-ascii', id: 'erfunden-\u00e9\u00df\u4e2d' },
];

export const query: Rule = {
  id: 'query',
  area: 'input',
  title: 'A query string is read as it is meant',
  why: 'What a callback says is in its query string. Decoding by hand, a pattern over the URL or a missing check takes it for something else.',
  source: {
    title: 'WHATWG URL: application/x-www-form-urlencoded parsing',
    url: 'https://url.spec.whatwg.org/#urlencoded-parsing',
  },
  provoked:
    'Sends callbacks without a parameter, with ids that must be encoded, a space also as +, with parameters of your own before those of the provider, and by HEAD.',
  passes:
    'What lacks a parameter gets a 4xx and has no effect. Ids arrive as they were sent. HEAD has no effect.',
  remedy:
    'Read parameters with the parser of your platform, check that each is there and has its type, and answer HEAD without doing the work.',
  explainedBy: ['slow-ack'],
  applies: ({ hasBody }) => (hasBody ? 'what callbacks say is in their body' : null),
  disturbances: (facts) => {
    const at = { plays: 'breaking', only: onlyFirst(facts) } as const;
    return [
      ...unusablesOf(facts).flatMap(({ id, fault }) =>
        eachOutcome(
          facts,
          id,
          (stage, outcome) => badThenGood(stage, outcome, fault, { refused: true, what: whats[id] ?? id }),
          at,
        ),
      ),
      ...eachOutcome(
        facts,
        'broken-escape',
        (stage, outcome) =>
          badThenGood(
            stage,
            outcome,
            { corrupt: 'invalid-json' },
            { refused: false, what: 'a broken escape in the query' },
          ),
        at,
      ),
      ...trickyIds.map(
        (tricky): Disturbance => ({
          id: `id-with-${tricky.name}`,
          plays: 'breaking',
          explainedBy: ['poison'],
          judge: (stage) => trickyId(stage, tricky),
        }),
      ),
      ...eachOutcome(
        facts,
        'own-parameters',
        async (stage, outcome) => {
          const play = await stage.play(outcome, {
            faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
          });
          const final = finalOf(play, outcome);
          if (final === undefined || !isJsonObject(final.callback.payload))
            return absent(stage, play, 'the final callback');
          const { target, method, type, payload } = final.callback;
          const to = `${target.url}${target.url.includes('?') ? '&' : '?'}ringback=a%20b%26c`;
          const sent = await stage.fire(play, {
            callback: type,
            to,
            method,
            headers: target.headers,
            payload,
          });
          const attempt = sent.attempts.at(-1);
          const got = attempt?.statusCode === null ? 'no response' : `status ${attempt?.statusCode}`;
          if (attempt?.acknowledged !== true)
            return stage.said(
              play,
              'failed',
              `a callback URL with a parameter of its own got ${got}`,
              'a 2xx',
              got,
            );
          if (!stage.canObserve) return stage.said(play, 'passed', 'acknowledged', 'a 2xx', got);
          return stage.compared(
            play,
            await stage.settle(play, outcome),
            'after a callback whose URL had a parameter of its own',
          );
        },
        at,
      ),
      ...eachOutcome(facts, 'head', headIsHarmless, {
        needs: ['observer'],
        plays: 'alone',
        only: (outcome) =>
          outcome === facts.outcomes[0] && facts.method === 'GET' && outcome.steps.length > 1,
      }),
    ];
  },
};

/** Sends a callback for a made-up id, and compares the response, and what the consumer asks the API, with that for a plain one. */
async function trickyId(
  stage: Stage,
  { name, id: tricky, written }: (typeof trickyIds)[number],
): Promise<Finding> {
  const [outcome] = stage.facts.outcomes;
  if (outcome === undefined) return stage.said(null, 'not-observed', 'no sequence works', '', '');
  const play = await playToRest(stage, outcome);
  const final = finalOf(play, outcome);
  const payload = final?.callback.payload;
  if (final === undefined || !isJsonObject(payload)) return absent(stage, play, 'the final callback');
  const idName = Object.keys(payload).find((key) => payload[key] === play.id);
  if (idName === undefined) return stage.said(play, 'not-observed', 'the query has no id', '', '');
  const salt = play.id.slice(0, 8);
  const plainId = `made-up-${salt}`;
  const oddId = `${tricky}${salt}`;
  const statusOf = async (id: string, write?: (search: string) => string): Promise<number | null> => {
    if (write === undefined) {
      const { attempts } = await stage.refire(play, final, { ...payload, [idName]: id } as JsonObject);
      return attempts.at(-1)?.statusCode ?? null;
    }
    const url = final.callback.url.replace(encodeURIComponent(play.id), write(encodeURIComponent(id)));
    return (await stage.sendRaw(play, { callback: { ...final.callback, url } }, { end: 'whole' })).status;
  };
  const statuses = [await statusOf(plainId), await statusOf(oddId, written)] as const;
  const seen = async (id: string, status: number | null) => ({
    status,
    isKnown: stage.given.has('observer') && (await stage.observe({ id, reference: '' })).kind === 'state',
    asked: stage.mock.calls.some(({ url }) => isAbout(url, id)),
  });
  const both = async () => [await seen(plainId, statuses[0]), await seen(oddId, statuses[1])] as const;
  const isSameOf = ([plain, odd]: Awaited<ReturnType<typeof both>>): boolean =>
    plain.status === odd.status && plain.isKnown === odd.isKnown && plain.asked === odd.asked;
  if (stage.canObserve) await stage.wait(stage.windowMs);
  // The consumer may come to one of the two ids later than to the other.
  await stage.mock.until(async () => isSameOf(await both()), laterMs * stage.allowance);
  const [plain, odd] = await both();
  const words = (of: typeof odd): string =>
    `status ${of.status}, ${of.isKnown ? 'a state' : 'no state'}, ${of.asked ? 'read' : 'not read'} from the API under this id`;
  const isSame = isSameOf([plain, odd]);
  return stage.said(
    play,
    isSame ? 'passed' : 'failed',
    isSame
      ? 'handled like a plain id'
      : `an id with ${name} is handled in another way than a plain one: ${words(odd)} instead of ${words(plain)}`,
    words(plain),
    words(odd),
  );
}

/** Whether the path of a request ends in this id, encoded or as it is: the query was read right in both cases. */
function isAbout(url: string, id: string): boolean {
  const path = url.split('?', 1)[0] ?? '';
  const last = path.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) === id || path.endsWith(`/${id}`);
  } catch {
    return path.endsWith(`/${id}`);
  }
}
