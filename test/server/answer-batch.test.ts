import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AnswerBatch } from '../../src/server/http/answer-batch.ts';

/** The responses that were ended, in order. */
function makeResponses(ended: string[]) {
  return (name: string): ServerResponse & { destroyed: boolean } =>
    Object.assign(new EventEmitter(), {
      destroyed: false,
      end: (text: string | undefined) => ended.push(`${name}: ${text ?? 'nothing'}`),
    }) as unknown as ServerResponse & { destroyed: boolean };
}

describe('AnswerBatch', () => {
  it('ends the responses of a turn at the end of the turn, in their order', async () => {
    const ended: string[] = [];
    const response = makeResponses(ended);
    const batch = new AnswerBatch();
    batch.end(response('a'), '{}');
    await Promise.resolve();
    batch.end(response('b'), undefined);
    expect(ended).toEqual([]);
    await turn();
    expect(ended).toEqual(['a: {}', 'b: nothing']);
  });

  it('ends the responses of each turn, including those that arrive while others are being ended', async () => {
    const ended: string[] = [];
    const response = makeResponses(ended);
    const batch = new AnswerBatch();
    const first = response('a');
    const end = first.end.bind(first) as (text: string) => ServerResponse;
    first.end = ((text: string) => {
      batch.end(response('b'), 'later');
      return end(text);
    }) as typeof first.end;
    batch.end(first, 'now');
    await turn();
    await turn();
    expect(ended).toEqual(['a: now', 'b: later']);
    batch.end(response('c'), 'again');
    await turn();
    expect(ended).toEqual(['a: now', 'b: later', 'c: again']);
  });

  it('ends nothing for a client that has disconnected meanwhile', async () => {
    const ended: string[] = [];
    const response = makeResponses(ended);
    const batch = new AnswerBatch();
    const gone = response('a');
    batch.end(gone, '{}');
    batch.end(response('b'), '{}');
    gone.destroyed = true;
    await turn();
    expect(ended).toEqual(['b: {}']);
  });
});
