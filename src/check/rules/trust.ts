import { sources } from '../bundled/provider-facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Disturbance, Rule } from '../rule.ts';
import { credentialsOf } from '../stage/credentials.ts';
import { lastStep, type Play } from '../stage/play.ts';
import { type SignatureChange, shortened } from '../stage/sign-raw.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf } from './common.ts';
import { isTaken } from './search.ts';

type Attempt = NonNullable<ReturnType<typeof finalOf>>['attempts'][number];

/** A request that must not be believed: it gets no 2xx, and the state stays as it was. */
async function refusedWithoutEffect(
  stage: Stage,
  play: Play,
  send: () => Promise<Attempt | undefined>,
  what: string,
): Promise<Finding> {
  const calls = play.apiCalls().length;
  const before = stage.canObserve ? await stage.look(play) : null;
  const attempt = await send();
  if (attempt === undefined) return absent(stage, play, what);
  const got = attempt.statusCode === null ? (attempt.error ?? 'no response') : `status ${attempt.statusCode}`;
  if (isTaken({ attempt })) return stage.said(play, 'failed', `${what} got ${got}`, 'a 401 or 403', got);
  if (before === null || 'trouble' in before)
    return stage.said(play, 'passed', `${what} got ${got}`, 'a refusal', got);
  const after = await stage.look(play);
  // A consumer that polls learns the outcome from the API meanwhile, and not from what it refused.
  const hasPolled = play.apiCalls().length > calls;
  if ('trouble' in after || hasPolled || JSON.stringify(after.state) === JSON.stringify(before.state))
    return stage.said(play, 'passed', `${what} got ${got}, and had no effect`, 'a refusal', got);
  return {
    result: 'failed',
    because: `${what} got ${got}, and changed the state`,
    expected: before.state ?? null,
    observed: after.state ?? null,
    exchange: play.exchange(),
  };
}

/** Plays without a callback, then sends it with other credentials. */
function withCredentials(
  change: (right: string, stage: Stage) => string | null,
  what: string,
  isFirst = false,
): (stage: Stage, outcome: PlayedOutcome) => Promise<Finding> {
  return async (stage, outcome) => {
    const play = await stage.play(outcome, { faults: [{ drop: true }] });
    const delivery = isFirst ? play.deliveryOf(outcome.steps[0]) : finalOf(play, outcome);
    if (delivery === undefined) return absent(stage, play, 'the callback');
    const { type, method, payload } = delivery.callback;
    const right = credentialsOf(delivery.callback);
    if (right === null) return stage.said(play, 'not-applicable', 'callbacks carry no credentials', '', '');
    const given = change(right.value, stage);
    if (given === right.value)
      return stage.said(play, 'not-applicable', 'the credentials cannot be changed so', '', '');
    return refusedWithoutEffect(
      stage,
      play,
      async () => {
        const fired = await stage.fire(play, {
          ...right.with(given),
          callback: type,
          method,
          ...(payload !== undefined && { payload }),
        });
        return fired.attempts.at(-1);
      },
      what,
    );
  };
}

export const auth: Rule = {
  id: 'auth',
  area: 'trust',
  title: 'Only the right credentials are accepted',
  why: 'The URL of an endpoint is no secret: it is in logs, proxies and tickets. Who can post to it can finish documents and applications.',
  source: sources.authentication,
  provoked:
    'Takes the Authorization of callbacks, a header such as X-Api-Key, or a parameter such as token of your URL. Sends callbacks without credentials, with wrong ones, with those of another endpoint, and with the beginning or a lengthening of the right ones.',
  passes: 'Each is refused, and has no effect.',
  remedy:
    'Compare the whole value with the expected one in constant time, before anything is read or done, for every event type.',
  applies: ({ credentials }) =>
    credentials === null
      ? 'callbacks carry no credentials: give those that were agreed on with --auth'
      : null,
  disturbances: (facts) => {
    const first = { only: (outcome: PlayedOutcome) => outcome === facts.outcomes[0] };
    return [
      ...eachOutcome(
        facts,
        'missing',
        withCredentials(() => null, 'a callback without credentials'),
      ),
      ...eachOutcome(
        facts,
        'missing-at-first',
        withCredentials(() => null, 'a first callback without credentials', true),
        {
          only: ({ steps }) => steps.length > 1,
        },
      ),
      ...eachOutcome(
        facts,
        'wrong',
        withCredentials((right) => swapped(right), 'a callback with wrong credentials'),
      ),
      ...eachOutcome(
        facts,
        'other-scheme',
        withCredentials(() => 'Basic d3Jvbmc6d3Jvbmc=', 'a callback with credentials of another kind'),
        first,
      ),
      ...eachOutcome(
        facts,
        'beginning',
        withCredentials((right) => right.slice(0, -1), 'a callback with the beginning of the credentials'),
        first,
      ),
      ...eachOutcome(
        facts,
        'short-beginning',
        withCredentials(
          (right) => right.slice(0, Math.ceil(right.length / 2)),
          'a callback with half of the credentials',
        ),
        first,
      ),
      ...eachOutcome(
        facts,
        'scheme-only',
        withCredentials((right) => right.split(' ', 1)[0] ?? '', 'a callback with the scheme only'),
        first,
      ),
      ...eachOutcome(
        facts,
        'lengthened',
        withCredentials((right) => `${right}x`, 'a callback with more than the credentials'),
        first,
      ),
      ...eachOutcome(
        facts,
        'prefixed',
        withCredentials((right) => `x${right}`, 'a callback with the credentials after something else'),
        first,
      ),
      ...eachOutcome(
        facts,
        'other-case',
        withCredentials((right) => otherCase(right), 'a callback with the credentials in another case'),
        first,
      ),
      ...eachOutcome(
        facts,
        'other-endpoint',
        withCredentials((_, stage) => stage.otherAuth, 'a callback with the credentials of another endpoint'),
        { ...first, needs: ['other-auth'] },
      ),
    ];
  },
};

/** Credentials of the same form with another secret. */
function swapped(right: string): string {
  const [scheme, secret] = right.includes(' ') ? right.split(' ', 2) : ['', right];
  const wrong = [...(secret ?? '')].reverse().join('');
  const other = wrong === secret ? `${wrong}0` : wrong;
  return scheme === '' ? other : `${scheme} ${other}`;
}

/** The secret in another case. One without letters is lengthened. */
function otherCase(right: string): string {
  const at = right.indexOf(' ') + 1;
  const secret = right.slice(at);
  const other = secret === secret.toUpperCase() ? secret.toLowerCase() : secret.toUpperCase();
  return other === secret ? `${right}0` : `${right.slice(0, at)}${other}`;
}

/** Whether the state of an outcome is the same without its final callback. */
async function leavesItAnyway(stage: Stage, outcome: PlayedOutcome): Promise<boolean> {
  const bare = await stage.play(outcome, { faults: [{ on: { ...lastStep(outcome).on }, drop: true }] });
  const seen = await stage.look(bare);
  return 'trouble' in seen || stage.baselines.differences(outcome.id, seen.state).length === 0;
}

const signatureFaults: Readonly<Record<string, string>> = {
  missing: 'a callback without a signature',
  'wrong-key': 'a callback signed with another key',
  'other-body': 'a callback with the signature of another body',
  'old-timestamp': 'a callback that was signed an hour ago',
  reserialized: 'a callback that was signed before it was formatted in another way',
};

/** What is done to the header with the signature. */
const signatureChanges: readonly {
  readonly id: string;
  readonly what: string;
  readonly change: SignatureChange;
}[] = [
  { id: 'empty', what: 'a callback with an empty signature', change: () => '' },
  { id: 'shortened', what: 'a callback with the first half of its signature', change: shortened },
];

export const signature: Rule = {
  id: 'signature',
  area: 'trust',
  title: 'Only a right signature of this body and this time is accepted',
  why: 'A signature that is not checked, or checked against something else than the received bytes, protects nothing. Without a check of the time, a recorded callback can be sent again by others.',
  source: {
    title: 'Standard Webhooks: verifying signatures and timestamps',
    url: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  provoked:
    'Sends callbacks without a signature, with an empty or a shortened one, signed with another key, with the signature of another body or of another format of the same JSON, and signed an hour ago.',
  passes: 'Each is refused, and has no effect.',
  remedy:
    "Verify with the provider's library over the raw bytes, before they are parsed. Refuse what is older than five minutes.",
  applies: ({ isSigned }) => (isSigned ? null : 'callbacks are not signed'),
  disturbances: (facts) => [
    ...Object.entries(signatureFaults).flatMap(([fault, what]): Disturbance[] =>
      eachOutcome(facts, fault, async (stage, outcome) => {
        const { on } = lastStep(outcome);
        const play = await stage.begin(outcome, { faults: [{ on: { ...on }, signature: fault }] });
        await stage.ended(play);
        const attempt = finalOf(play, outcome)?.attempts.at(-1);
        if (attempt === undefined || attempt.faults.some((words) => words.includes('does not apply')))
          return stage.said(play, 'not-applicable', 'the signature has no such part', '', '');
        const got =
          attempt.statusCode === null ? (attempt.error ?? 'no response') : `status ${attempt.statusCode}`;
        return unsignedFinding(stage, { outcome, play, what, got, isTaken: isTaken({ attempt }) });
      }),
    ),
    ...signatureChanges.flatMap(({ id, what, change }) =>
      eachOutcome(
        facts,
        id,
        async (stage, outcome) => {
          const play = await stage.play(outcome, {
            faults: [{ on: { ...lastStep(outcome).on }, drop: true }],
          });
          const final = finalOf(play, outcome);
          if (final === undefined) return absent(stage, play, 'the final callback');
          const { status } = await stage.sendRaw(play, final, { end: 'whole', signature: change });
          const got = status === null ? 'no response' : `status ${status}`;
          const isTaken = status !== null && status >= 200 && status < 300;
          return unsignedFinding(stage, { outcome, play, what, got, isTaken });
        },
        // A page behind a 2xx may come from something in front of the handler.
        { explainedBy: ['redirect-or-html'] },
      ),
    ),
  ],
};

/** What became of a callback without a right signature. */
async function unsignedFinding(
  stage: Stage,
  {
    outcome,
    play,
    what,
    got,
    isTaken,
  }: {
    readonly outcome: PlayedOutcome;
    readonly play: Play;
    readonly what: string;
    readonly got: string;
    readonly isTaken: boolean;
  },
): Promise<Finding> {
  if (isTaken) return stage.said(play, 'failed', `${what} got ${got}`, 'a refusal', got);
  if (!stage.canObserve) return stage.said(play, 'passed', `${what} got ${got}`, 'a refusal', got);
  const after = await stage.look(play);
  const isFinal = 'state' in after && stage.baselines.differences(outcome.id, after.state).length === 0;
  const hasEffect = isFinal && play.apiCalls().length === 0 && !(await leavesItAnyway(stage, outcome));
  return hasEffect
    ? stage.said(
        play,
        'failed',
        `${what} got ${got}, and took effect`,
        'no effect',
        'the state of the outcome',
      )
    : stage.said(play, 'passed', `${what} got ${got}, and had no effect`, 'a refusal', got);
}
