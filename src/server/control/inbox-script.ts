import { type Duration, formatDuration, parseDuration } from '../../core/duration.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import { escapePointer, type JsonObject, type JsonValue } from '../../core/json.ts';
import { clipped } from '../../core/quoted.ts';
import { validateHeaderName, validateHeaderValue } from '../../platform/node-http.ts';

/** The responses of an inbox, one request after the other. */
export interface InboxScript {
  readonly answers: readonly ScriptedAnswer[];
  /** After the last response: repeat it, start over, or respond as without a script. */
  readonly afterwards: 'last' | 'repeat' | 'received';
}

export interface ScriptedAnswer {
  readonly status: number;
  /** How many requests get this response. */
  readonly times: number;
  /** Real milliseconds. */
  readonly delayMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: the default body of the status. */
  readonly body: JsonValue | undefined;
}

/** The maximum delay of an inbox, in milliseconds, so that a test does not wait indefinitely. */
const maxDelayMs = 600_000;

/** Headers that frame the message. The server sets them, and wrong ones would break the connection. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'trailer', 'upgrade']);

/**
 * Reads a script that has passed `#/components/schemas/InboxScript` of openapi.control.yaml.
 * @throws {RingbackError} `request.invalid`: a header that cannot be sent, a delay over 10 minutes
 */
export function readInboxScript(input: JsonObject): InboxScript {
  const given = input as unknown as WrittenScript;
  const violations: Violation[] = [];
  const answers = given.answers.map((written, index) => {
    const answer = typeof written === 'number' ? ({ status: written } as WrittenAnswer) : written;
    const place = `body/answers/${index}`;
    const delayMs = answer.delay === undefined ? 0 : parseDuration(answer.delay);
    if (delayMs > maxDelayMs) {
      violations.push({
        location: `${place}/delay`,
        code: 'maximum',
        message: `must be at most 10m; got ${answer.delay}`,
      });
    }
    violations.push(...judgeHeaders(answer.headers ?? {}, `${place}/headers`));
    return {
      status: answer.status,
      times: answer.times ?? 1,
      delayMs,
      headers: answer.headers ?? {},
      body: answer.body,
    };
  });
  if (violations.length > 0) {
    const [first] = violations as [Violation, ...Violation[]];
    const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`;
    const detail = `${clipped(first.location)} ${first.message}${more}`;
    throw new RingbackError('request.invalid', {
      detail: `Could not script the inbox: ${detail}.`,
      violations,
    });
  }
  return { answers, afterwards: given.then ?? 'last' };
}

/** The script in its written form, with defaults filled in. */
export function inboxScriptView(script: InboxScript): JsonObject {
  return {
    answers: script.answers.map((answer) => ({
      status: answer.status,
      times: answer.times,
      delay: formatDuration(answer.delayMs),
      headers: answer.headers,
      ...(answer.body !== undefined && { body: answer.body }),
    })),
    // biome-ignore lint/suspicious/noThenProperty: the name in the written form; its value is a string, never called
    then: script.afterwards,
  };
}

/** The response to the request with this 0-based number. Undefined if the script has none for it. */
export function answerAt(script: InboxScript, number: number): ScriptedAnswer | undefined {
  const { answers, afterwards } = script;
  const total = answers.reduce((sum, answer) => sum + answer.times, 0);
  if (total === 0) return undefined;
  if (number >= total && afterwards === 'last') return answers.at(-1);
  if (number >= total && afterwards === 'received') return undefined;
  let left = number % total;
  return answers.find((answer) => {
    left -= answer.times;
    return left < 0;
  });
}

interface WrittenAnswer {
  readonly status: number;
  readonly times?: number;
  readonly delay?: Duration;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

interface WrittenScript {
  /** A number is a response with that status. */
  readonly answers: readonly (WrittenAnswer | number)[];
  readonly then?: InboxScript['afterwards'];
}

function judgeHeaders(headers: Readonly<Record<string, string>>, place: string): Violation[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const location = `${place}/${escapePointer(name)}`;
    if (framing.has(name.toLowerCase())) {
      return [{ location, code: 'header.framing', message: 'is set by the server; omit it' }];
    }
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return [];
    } catch (error) {
      return [
        { location, code: 'header.invalid', message: `cannot be sent: ${clipped((error as Error).message)}` },
      ];
    }
  });
}
