import { closeAfterwards } from './closing.ts';
import type { ControlBody } from './ringback.ts';

/** A server-sent event as a client receives it. */
export interface ReceivedEvent {
  readonly id: number;
  readonly name: string;
  readonly data: ControlBody;
}

/** A reader of an event stream. */
export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** All events so far. */
  readonly events: readonly ReceivedEvent[];
  /** The raw stream, comments included. */
  readonly text: string;
  /** Resolves with the events so far once one matches; rejects if the stream ends first. */
  until(fits: (event: ReceivedEvent) => boolean): Promise<readonly ReceivedEvent[]>;
  /** Resolves when the stream ends properly; rejects when it is cut off. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens an event stream that closes at the end of the test. */
export async function readEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader> {
  const leave = new AbortController();
  const answer = await fetch(url, { headers, signal: leave.signal });
  if (answer.body === null) throw new Error('The answer has no body.');
  const events: ReceivedEvent[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  let text = '';
  let over = false;
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body) {
        const more = decoder.decode(chunk, { stream: true });
        text += more;
        const blocks = (rest + more).split('\n\n');
        rest = blocks.pop() ?? '';
        events.push(...blocks.flatMap(parseBlock));
        wake();
      }
    } finally {
      over = true;
      wake();
    }
  };
  const ended = read(answer.body);
  ended.catch(() => undefined);
  closeAfterwards(async () => leave.abort());
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    get text() {
      return text;
    },
    ended,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (events.some(fits)) resolve([...events]);
          else if (over) reject(new Error(`The stream ended without the event. It had:\n${text}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    close: () => leave.abort(),
  };
}

function parseBlock(block: string): ReceivedEvent[] {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ id: Number(fields.get('id')), name: fields.get('event') ?? '', data: JSON.parse(data) }];
}
