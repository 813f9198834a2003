import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { sources } from '../bundled/provider-facts.ts';
import type { Rule } from '../rule.ts';
import { absent, acknowledgedOr, eachOutcome, finalOf, playToRest } from './common.ts';
import { bodyOf, headerOf, isPage, search } from './search.ts';

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
  passes: 'No response is a redirect, and no 2xx is a page.',
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
    search('html', 'no page behind a 2xx', (sent) =>
      sent.attempt.acknowledged && isPage(sent)
        ? `a callback got ${sent.attempt.statusCode} with a page: ${bodyOf(sent).slice(0, 80)}`
        : null,
    ),
  ],
};

export const nonJson: Rule = {
  id: 'non-json',
  area: 'acknowledging',
  title: 'A body in the acknowledgement is JSON',
  why: 'The provider reads the body as JSON if there is one. What it cannot read, it may count as a failure.',
  source: sources.responses,
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

const forgery =
  /csrf|xsrf|forgery|cross[- ](?:site|origin)|authenticity[ _]?token|token mismatch|page expired/i;

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
        if (statusCode === 419 || ([400, 401, 403, 422].includes(statusCode ?? 0) && forgery.test(text)))
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
