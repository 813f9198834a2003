import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Disturbance, Rule } from '../rule.ts';
import { lastStep, type Play, type Sent } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, apiDown, eachOutcome, finalOf, playToRest, struckCall } from './common.ts';
import { unusable } from './unusable.ts';

/** A disturbance that plays nothing: it searches everything that was recorded. */
function search(
  id: string,
  expected: string,
  problem: (sent: Sent, stage: Stage) => string | null,
  only: (stage: Stage) => readonly Play[] = (stage) => stage.plays(),
): Disturbance {
  return {
    id,
    plays: 'last',
    judge: async (stage) => {
      for (const play of only(stage))
        for (const sent of play.attempts()) {
          const found = problem(sent, stage);
          if (found !== null) return stage.said(play, 'failed', found, expected, found);
        }
      return stage.said(null, 'passed', expected, expected, expected);
    },
  };
}

const headerOf = ({ attempt }: Sent, name: string): string | undefined => attempt.response?.headers[name];
const bodyOf = ({ attempt }: Sent): string => attempt.response?.body ?? '';

export const slowAck: Rule = {
  id: 'slow-ack',
  area: 'acknowledging',
  title: 'A callback is acknowledged in time, however long the work takes',
  why: 'Providers wait some seconds, then count the attempt as failed and send it again, while the first one is still at work. After enough timeouts some disable the endpoint.',
  source: {
    title: 'GitHub: respond within 10 seconds',
    url: 'https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds',
  },
  provoked:
    'Measures the acknowledgements of undisturbed callbacks. Then plays outcomes while the API of the provider takes longer than --within.',
  passes: 'Each acknowledgement comes within --within.',
  remedy:
    'Store the callback, respond, and do the work afterwards: calls to the provider, to other services, e-mails.',
  judgesClean: true,
  applies: () => null,
  disturbances: (facts) => [
    search(
      'undisturbed',
      'each acknowledgement in time',
      ({ attempt }, { times }) =>
        attempt.durationMs > times.withinMs
          ? `a callback took ${Math.round(attempt.durationMs)} ms, expected at most ${times.withinMs} ms`
          : null,
      (stage) => stage.cleanPlays(),
    ),
    ...eachOutcome(
      facts,
      'provider-is-slow',
      async (stage, outcome) => {
        const { withinMs } = stage.times;
        const play = await stage.play(outcome, {
          respond: facts.reads.map((operation) => ({ operation, latency: `${withinMs + 300}ms`, times: 1 })),
        });
        const late = play.attempts().find(({ attempt }) => attempt.durationMs > withinMs);
        if (late === undefined)
          return stage.said(
            play,
            'passed',
            'acknowledged in time while the API was slow',
            `within ${withinMs} ms`,
            'in time',
          );
        const ms = Math.round(late.attempt.durationMs);
        return stage.said(
          play,
          'failed',
          `while the API of the provider was slow, a callback took ${ms} ms, expected at most ${withinMs} ms`,
          `an acknowledgement within ${withinMs} ms`,
          `after ${ms} ms`,
        );
      },
      { isLong: true, only: () => facts.reads.length > 0 && facts.consumerReads },
    ).slice(0, 1),
  ],
};

const errorWord = /^(?:error|fail(?:ed|ure)?|ko|nok|exception)$/i;
const errorText = /^\s*(?:error|exception|traceback|internal server error|\w*(?:error|exception):)/i;

/** What in the body of a response says that something went wrong. Null: nothing. */
function errorIn(body: string): string | null {
  if (errorText.test(body)) return body.trim().slice(0, 80);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  for (const [name, member] of Object.entries(value)) {
    const shown = JSON.stringify({ [name]: member });
    if (/^(?:error|errors|exception|err|traceback)$/i.test(name) && !isEmpty(member)) return shown;
    if (/^(?:ok|success|succeeded)$/i.test(name) && member === false) return shown;
    if (/^(?:status|result|outcome)$/i.test(name) && typeof member === 'string' && errorWord.test(member))
      return shown;
    if (
      /^(?:status|statusCode|status_code|code)$/i.test(name) &&
      typeof member === 'number' &&
      member >= 400 &&
      member < 600
    )
      return shown;
  }
  return null;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === '' ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );
}

export const swallowedError: Rule = {
  id: 'swallowed-error',
  area: 'acknowledging',
  title: 'What could not be taken is not acknowledged',
  why: 'A handler that catches every error and responds 200 tells the provider that all is well. It never sends the callback again, and the event is lost without a trace.',
  source: {
    title: 'Informed: callbacks are sent again after 429, 500, 502, 503 and 504',
    url: 'https://docs.informediq.com',
  },
  provoked:
    'Makes the work of a handler fail before its response: the API of the provider is down, or the callback cannot be used. Also searches every 2xx for a body that tells of an error.',
  passes:
    'A callback whose work failed gets another status than 2xx, or its work is done later. No 2xx tells of an error.',
  remedy: 'Let errors through to the response: 4xx for what can never be used, 5xx for what may work later.',
  judgesClean: true,
  applies: () => null,
  disturbances: (facts) => [
    search('error-in-body', 'no error behind a 2xx', (sent) => {
      const found = sent.attempt.acknowledged ? errorIn(bodyOf(sent)) : null;
      return found === null
        ? null
        : `a callback got ${sent.attempt.statusCode} with an error in the body: ${found}`;
    }),
    ...eachOutcome(
      facts,
      'api-down',
      async (stage, outcome) => {
        const play = await stage.play(outcome, apiDown(facts.reads, { times: 2 }));
        const struck = struckCall(play);
        if (struck === null || !struck.beforeAck)
          return stage.said(
            play,
            'not-applicable',
            'the consumer does not call the API before it acknowledges',
            'a call',
            'none',
          );
        if (!struck.acknowledged)
          return stage.said(play, 'passed', 'not acknowledged while the API was down', 'no 2xx', 'no 2xx');
        const comparison = await stage.settleLenient(play, outcome, stage.overduePatienceMs);
        const finding = stage.compared(
          play,
          comparison,
          'after a 2xx although the call of the API had failed',
        );
        return facts.hasRetries ? finding : stage.unlessOverdue(finding);
      },
      { needs: ['observer'], only: () => facts.reads.length > 0 && facts.consumerReads },
    ),
    ...unusable(facts, 'unusable', (stage, play, { attempt }) =>
      attempt.acknowledged
        ? stage.said(
            play,
            'failed',
            `a callback that cannot be used got ${attempt.statusCode}`,
            'a 4xx',
            `${attempt.statusCode}`,
          )
        : stage.said(play, 'passed', 'not acknowledged', 'a 4xx', `${attempt.statusCode ?? attempt.error}`),
    ),
  ],
};

export const statusClass: Rule = {
  id: 'status-class',
  area: 'acknowledging',
  title: 'A permanent fault gets a 4xx, a passing one a 5xx',
  why: 'The class decides whether the provider sends the callback again. A 5xx for what can never be used is retried in vain, for days with some; a 4xx for what would work in a minute loses it.',
  source: {
    title: 'RFC 9110 §15.5, §15.6; Informed: 429, 500, 502, 503 and 504 are retried',
    url: 'https://www.rfc-editor.org/rfc/rfc9110.html#name-client-error-4xx',
  },
  provoked:
    'Sends callbacks that can never be used. In other plays, the API of the provider is down when the handler calls it.',
  passes: 'The first get no 5xx, the second no 4xx.',
  remedy:
    'Check what you read before you work with it, and respond 400. Respond 503 when a dependency fails.',
  applies: () => null,
  disturbances: (facts) => [
    ...unusable(facts, 'permanent', (stage, play, { attempt }) =>
      (attempt.statusCode ?? 0) >= 500
        ? stage.said(
            play,
            'failed',
            `a callback that can never be used got ${attempt.statusCode}`,
            'a 4xx',
            `${attempt.statusCode}`,
          )
        : stage.said(play, 'passed', 'no 5xx', 'no 5xx', `${attempt.statusCode ?? attempt.error}`),
    ),
    ...eachOutcome(
      facts,
      'passing',
      async (stage, outcome) => {
        const play = await stage.play(outcome, apiDown(facts.reads, { times: 2 }));
        const struck = struckCall(play);
        if (struck === null || !struck.beforeAck)
          return stage.said(
            play,
            'not-applicable',
            'the consumer does not call the API before it responds',
            'a call',
            'none',
          );
        const status = struck.statusCode ?? 0;
        if (status >= 400 && status < 500 && status !== 429)
          return stage.said(
            play,
            'failed',
            `a callback got ${status} because the API of the provider was down`,
            'a 5xx',
            `${status}`,
          );
        return stage.said(play, 'passed', 'no 4xx', 'no 4xx', `${status}`);
      },
      { only: () => facts.reads.length > 0 && facts.consumerReads },
    ),
  ],
};

export const duplicateOrUnknownError: Rule = {
  id: 'duplicate-or-unknown-error',
  area: 'acknowledging',
  title: 'A duplicate and an event of an unknown type are acknowledged',
  why: 'An error status makes the provider send the same callback again and again, and at last disable the endpoint. A duplicate is no error, and neither is an event that you do not use yet.',
  source: {
    title: 'Stripe: return a 2xx for events that you have processed already',
    url: 'https://docs.stripe.com/webhooks#handle-duplicate-events',
  },
  provoked:
    'Sends the callbacks of a finished sequence again, and one with an event type or a state that does not exist yet.',
  passes: 'Each gets a 2xx.',
  remedy: 'Respond 200 to what you have processed already, and to what you do not use. Log the latter.',
  applies: () => null,
  disturbances: (facts) => {
    const again = (
      which: (play: Play, outcome: PlayedOutcome) => ReturnType<typeof finalOf>,
      what: string,
    ): ((stage: Stage, outcome: PlayedOutcome) => Promise<Finding>) => {
      return async (stage, outcome) => {
        const play = await playToRest(stage, outcome);
        const delivery = which(play, outcome);
        if (delivery === undefined) return absent(stage, play, 'the callback');
        const { attempts } = await stage.redeliver(delivery);
        return acknowledgedOr(stage, play, attempts.at(-1), what);
      };
    };
    const change = facts.hasBody ? 'new-event-type' : 'new-enum-value';
    return [
      ...eachOutcome(
        facts,
        'final-again',
        again((play, outcome) => finalOf(play, outcome), 'a duplicate of the final callback'),
      ),
      ...eachOutcome(
        facts,
        'first-again',
        again((play, { steps }) => play.deliveryOf(steps[0]), 'a duplicate of the first callback'),
        { only: ({ steps }) => steps.length > 1 },
      ),
      ...eachOutcome(facts, 'unknown', async (stage, outcome) => {
        const { on } = lastStep(outcome);
        const play = await stage.play(outcome, { faults: [{ on: { ...on }, drift: change }] });
        const final = finalOf(play, outcome);
        if (final === undefined || isUnchanged(final.callback.faults))
          return absent(stage, play, 'an unknown event');
        return acknowledgedOr(stage, play, final.attempts.at(-1), 'an event of an unknown type');
      }),
    ];
  },
};

/** Whether a fault found nothing to change. */
function isUnchanged(faults: readonly string[]): boolean {
  return faults.some((words) => words.includes('does not apply'));
}

function acknowledgedOr(
  stage: Stage,
  play: Play,
  attempt: Sent['attempt'] | undefined,
  what: string,
): Finding {
  if (attempt === undefined) return absent(stage, play, what);
  const got = attempt.statusCode === null ? (attempt.error ?? 'no response') : `status ${attempt.statusCode}`;
  return attempt.acknowledged
    ? stage.said(play, 'passed', `${what} was acknowledged`, 'a 2xx', got)
    : stage.said(play, 'failed', `${what} got ${got}`, 'a 2xx', got);
}

const htmlStart = /^\s*<(?:!doctype|html|head|body)/i;

export const redirectOrHtml: Rule = {
  id: 'redirect-or-html',
  area: 'acknowledging',
  title: 'A callback gets no redirect and no page',
  why: 'Providers do not follow redirects, and a page behind a 200 is what a login form, a proxy or a framework that renders everything sends: the callback reached no handler.',
  source: {
    title: 'Stripe: 3xx are failures',
    url: 'https://docs.stripe.com/webhooks#debug-webhooks',
  },
  provoked: 'Searches the responses to all callbacks.',
  passes: 'No response is a redirect, and no 2xx is HTML.',
  remedy:
    'Give the provider the URL that redirects lead to, and exempt it from login pages. Return JSON or no body.',
  judgesClean: true,
  applies: () => null,
  disturbances: () => [
    search('redirect', 'no redirect', ({ attempt: { statusCode, redirectedTo, response } }) =>
      statusCode !== null && statusCode >= 300 && statusCode < 400 && redirectedTo === undefined
        ? `a callback got ${statusCode}${response?.headers.location === undefined ? '' : ` to ${response.headers.location}`}`
        : null,
    ),
    search('html', 'no HTML behind a 2xx', (sent) =>
      sent.attempt.acknowledged &&
      (/\bx?html/i.test(headerOf(sent, 'content-type') ?? '') || htmlStart.test(bodyOf(sent)))
        ? `a callback got ${sent.attempt.statusCode} with HTML: ${bodyOf(sent).slice(0, 80)}`
        : null,
    ),
  ],
};

export const nonJson: Rule = {
  id: 'non-json',
  area: 'acknowledging',
  title: 'A body in the acknowledgement is JSON',
  why: 'The provider reads the body as JSON if there is one. What it cannot read, it may count as a failure.',
  source: { title: 'Informed: asynchronous callback responses', url: 'https://docs.informediq.com' },
  provoked: 'Searches the acknowledgements of all callbacks.',
  passes: 'Each body that is not empty is JSON, and its content type says so.',
  remedy: 'Return `{"received": true}` with the content type application/json, or no body.',
  explainedBy: ['redirect-or-html'],
  judgesClean: true,
  applies: ({ wantsJson }) => (wantsJson ? null : 'the provider does not ask for JSON'),
  disturbances: () => [
    search('body', 'JSON, or no body', (sent) => {
      const body = bodyOf(sent);
      if (!sent.attempt.acknowledged || body === '') return null;
      const type = headerOf(sent, 'content-type');
      if (type !== undefined && !/json/i.test(type)) return `an acknowledgement has the content type ${type}`;
      return isJson(body) || sent.attempt.response?.bodyTruncated === true
        ? null
        : `an acknowledgement has a body that is no JSON: ${body.slice(0, 80)}`;
    }),
  ],
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const forgery = /csrf|xsrf|forgery|authenticity token|token mismatch|page expired/i;

export const middleware: Rule = {
  id: 'middleware',
  area: 'acknowledging',
  title: 'The middleware of a site for people lets callbacks through',
  why: 'Protection against forged forms, sessions, limits of body sizes and lists of methods are made for browsers. A provider has no cookie and no form token, and its bodies can be large.',
  source: {
    title: 'Laravel: excluding URIs from CSRF protection, e.g. webhooks',
    url: 'https://laravel.com/docs/12.x/csrf#csrf-excluding-uris',
  },
  provoked:
    'Searches the responses for refusals that come from such middleware, and for new sessions. Sends a callback whose body has 300 KB.',
  passes:
    'No callback is refused for its method, its size or a missing form token. No response sets a cookie.',
  remedy: 'Mount the endpoint before or outside of that middleware, and raise the body limit for it.',
  judgesClean: true,
  applies: () => null,
  disturbances: (facts) => [
    search(
      'forms',
      'no refusal for a form token',
      (sent) => {
        const { statusCode } = sent.attempt;
        const text = `${bodyOf(sent)} ${JSON.stringify(sent.attempt.response?.headers ?? {})}`;
        if (statusCode === 419 || ([400, 401, 403].includes(statusCode ?? 0) && forgery.test(text)))
          return `a callback got ${statusCode} from a protection against forged forms`;
        return null;
      },
      (stage) => stage.cleanPlays(),
    ),
    search(
      'method',
      'no refusal of the method',
      ({ attempt: { statusCode }, delivery }) =>
        statusCode === 405 || statusCode === 501
          ? `a callback by ${delivery.callback.method} got ${statusCode}`
          : null,
      (stage) => stage.cleanPlays(),
    ),
    search('session', 'no cookie', (sent) =>
      sent.attempt.acknowledged && headerOf(sent, 'set-cookie') !== undefined
        ? 'the response to a callback sets a cookie'
        : null,
    ),
    ...(facts.hasBody
      ? eachOutcome(
          facts,
          'large-body',
          async (stage, outcome) => {
            const play = await playToRest(stage, outcome);
            const final = finalOf(play, outcome);
            const payload = final?.callback.payload;
            if (final === undefined || !isJsonObject(payload))
              return absent(stage, play, 'the final callback');
            const { attempts } = await stage.refire(play, final, {
              ...payload,
              added_by_the_provider: 'x'.repeat(300_000),
            } as JsonObject);
            return acknowledgedOr(stage, play, attempts.at(-1), 'a callback with a body of 300 KB');
          },
          { explainedBy: ['drift', 'duplicate-or-unknown-error'] },
        )
      : []),
  ],
};
