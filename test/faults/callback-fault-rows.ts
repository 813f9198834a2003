import { expect } from 'vitest';
import type { RawRequest } from '../support/raw-receiver.ts';
import type { ControlBody } from '../support/ringback.ts';
import {
  bytesOf,
  type FaultRow,
  jsonOnly,
  lawful,
  names,
  order,
  queryOnly,
  struck,
  untouched,
  waited,
} from './fault-row.ts';

/** Faults of a whole callback: whether, when, how often and with what content it is sent. */
export const callbackFaultRows: readonly FaultRow[] = [
  {
    title: 'drop',
    fault: { drop: true },
    log: { delivery: 'drop' },
    promise(seen) {
      expect(order(seen)).toEqual([names(seen.carrier)[1]]);
      expect(seen.delivery).toMatchObject({ state: 'dropped', attempts: [] });
    },
  },
  {
    title: 'delay',
    fault: { delay: '1h' },
    log: { delivery: 'delay 1h' },
    promise(seen) {
      expect(order(seen)).toEqual(names(seen.carrier).toReversed());
      expect(waited(seen.delivery)).toBe(3_600_000);
    },
  },
  {
    title: 'duplicate, some time apart',
    fault: { duplicate: { times: 3, gap: '500ms' } },
    log: { delivery: 'duplicate ×3, 500ms apart' },
    promise(seen) {
      const [first, last] = names(seen.carrier);
      expect(order(seen)).toEqual([first, first, first, last]);
      expect(new Set(seen.requests.slice(0, 3).map(bytesOf)).size).toBe(1);
      expect(seen.deliveries.slice(0, 3).map(waited)).toEqual([0, 500, 1000]);
      expect(seen.deliveries[2].faults).toContain('copy 3 of 3');
    },
  },
  {
    title: 'duplicate, at once',
    fault: { duplicate: { times: 3, concurrent: true } },
    log: { delivery: 'duplicate ×3, concurrent' },
    // None got a response before all had arrived.
    played: 'concurrently',
    promise(seen) {
      const [first, last] = names(seen.carrier);
      expect(order(seen)).toEqual([first, first, first, last]);
      expect(new Set(seen.requests.slice(0, 3).map(({ connection }) => connection)).size).toBe(3);
      expect(new Set(seen.requests.slice(0, 3).map(bytesOf)).size).toBe(1);
    },
  },
  {
    title: 'reorder',
    fault: { reorder: true },
    log: { delivery: 'reorder' },
    async promise(seen) {
      expect(order(seen)).toEqual(names(seen.carrier).toReversed());
      expect(await seen.submission.truth()).toBe(seen.carrier.isQuery ? 'ANNOTATED' : 'pass');
    },
  },
  {
    title: 'early',
    fault: { early: true },
    log: { delivery: 'early' },
    // It arrived before the submission's response, and got none before it.
    played: 'early',
    promise(seen) {
      expect(order(seen)).toEqual(names(seen.carrier));
      untouched(seen, struck(seen), ['body']);
    },
  },
  {
    title: 'drift unknown-property',
    fault: { drift: 'unknown-property' },
    log: { delivery: 'drift unknown-property' },
    promise: (seen) => expect(lawful(seen)).toHaveProperty('added_by_the_provider'),
  },
  {
    title: 'drift omit-null',
    fault: { drift: 'omit-null' },
    log: { delivery: 'drift omit-null' },
    promise(seen) {
      if (seen.carrier.isQuery) {
        expect([...struck(seen).query.keys()]).toEqual(['tenant', 'documentId', 'state']);
        return;
      }
      expect(seen.plain.body.toString()).toContain(':null');
      expect(JSON.stringify(lawful(seen))).not.toContain(':null');
    },
  },
  {
    title: 'drift null',
    fault: { drift: 'null' },
    log: { delivery: 'drift null' },
    promise(seen) {
      const said = lawful(seen);
      expect(seen.type.validateStrict(said)).not.toEqual([]);
      const nulls = (text: string): number => text.split(':null').length;
      if (seen.carrier.isQuery) expect(said.stateText).toBe('');
      else expect(nulls(JSON.stringify(said))).toBe(nulls(seen.plain.body.toString()) + 1);
    },
  },
  {
    title: 'drift reorder-properties',
    fault: { drift: 'reorder-properties' },
    log: { delivery: 'drift reorder-properties' },
    promise(seen) {
      lawful(seen);
      const keys = (request: RawRequest): string[] =>
        seen.carrier.isQuery ? [...request.query.keys()].slice(1) : Object.keys(seen.carrier.said(request));
      expect(keys(struck(seen))).toEqual(keys(seen.plain).toReversed());
    },
  },
  {
    title: 'drift new-enum-value',
    fault: { drift: 'new-enum-value' },
    log: { delivery: 'drift new-enum-value' },
    promise(seen) {
      const said = lawful(seen);
      if (seen.carrier.isQuery) expect(said).toMatchObject({ state: 10_030, stateText: 'a_new_value' });
      else expect(JSON.stringify(said)).toContain(':"a_new_value"');
    },
  },
  {
    title: 'drift new-event-type',
    fault: { drift: 'new-event-type' },
    refused: jsonOnly('have no event type'),
    log: { delivery: 'drift new-event-type' },
    promise: (seen) => expect(seen.carrier.said(struck(seen)).event_type).toBe('announcements'),
  },
  {
    title: 'contradict state',
    on: 'last',
    fault: { contradict: { state: 92 } },
    refused: queryOnly('callbacks of informed speak of no state'),
    log: { delivery: 'contradict state 92' },
    async promise(seen) {
      expect(order(seen)).toEqual([...names(seen.carrier), 'REJECTED']);
      expect(seen.requests[2]?.query.get('state')).toBe('92');
      expect(await seen.submission.show()).toMatchObject({ state: 91, stateText: 'ANNOTATED' });
    },
  },
  {
    title: 'contradict final',
    on: 'last',
    fault: ({ isQuery }) => ({ contradict: { final: isQuery ? 'error' : 'fail' } }),
    log: { delivery: ({ isQuery }) => `contradict final ${isQuery ? 'error' : 'fail'}` },
    async promise(seen) {
      expect(seen.requests).toHaveLength(3);
      const [, before, after] = seen.requests.map((request) => seen.carrier.said(request));
      if (seen.carrier.isQuery) {
        expect([before.stateText, after.stateText, after.state]).toEqual(['ANNOTATED', 'ERROR', '999']);
      } else {
        expect(before.verifications.income[0].status).toBe('pass');
        expect(after.verifications.income[0].status).toBe('fail');
      }
      expect(await seen.submission.truth()).toBe(seen.carrier.isQuery ? 'ANNOTATED' : 'pass');
    },
  },
  {
    title: 'contradict unknown-id',
    on: 'last',
    fault: { contradict: 'unknown-id' },
    log: { delivery: 'contradict unknown-id' },
    async promise(seen) {
      const id = seen.carrier.isQuery ? 'documentId' : 'application_id';
      const ids = seen.requests.map((request) => seen.carrier.said(request)[id]);
      expect(ids).toHaveLength(3);
      expect(ids[1]).toBe(ids[0]);
      expect(ids[2]).not.toBe(ids[0]);
      expect(ids[2]).toMatch(/^[0-9a-f-]{36}$/);
      expect(await seen.submission.truth()).toBe(seen.carrier.isQuery ? 'ANNOTATED' : 'pass');
    },
  },
  {
    title: 'contradict stale',
    on: 'last',
    fault: { contradict: 'stale' },
    log: { delivery: 'contradict stale' },
    async promise(seen) {
      const [first, before, after] = seen.requests.map((request) => seen.carrier.said(request));
      if (seen.carrier.isQuery) expect(after).toEqual(first);
      else {
        const time = (said: ControlBody): number => Date.parse(said.verifications.income[0].updated_at);
        expect(time(after)).toBeLessThan(time(before));
      }
      expect(await seen.submission.truth()).toBe(seen.carrier.isQuery ? 'ANNOTATED' : 'pass');
    },
  },
];
