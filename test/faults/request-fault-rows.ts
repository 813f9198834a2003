import { expect } from 'vitest';
import { signatureFaults } from '../../src/core/signing/signature-faults.ts';
import { readHead } from '../support/raw-receiver.ts';
import {
  type FaultRow,
  failed,
  lawful,
  names,
  order,
  ownConnection,
  queryOnly,
  struck,
  untouched,
} from './fault-row.ts';

/** Faults of single requests: their bytes, their credentials, their connection. */
export const requestFaultRows: readonly FaultRow[] = [
  {
    title: 'corrupt truncate',
    fault: { corrupt: 'truncate' },
    log: { attempt: 'corrupt truncate' },
    promise(seen) {
      if (seen.carrier.isQuery) {
        const { target } = struck(seen);
        untouched(seen, struck(seen), ['target']);
        expect(seen.plain.target.startsWith(target)).toBe(true);
        expect(target).toContain('tenant=7&documentId=');
        expect(target).not.toContain('stateText');
        return;
      }
      const connection = ownConnection(seen);
      const { headers, bodyBytes } = readHead(connection.bytes);
      expect(Number(headers['content-length'])).toBe(seen.plain.body.length);
      expect(bodyBytes).toBe(Math.floor(seen.plain.body.length / 2));
      expect(connection.end).toBe('fin');
      failed(seen, /^connection closed after \d+ of \d+ bytes of the body, as scripted$/);
    },
  },
  {
    title: 'corrupt invalid-json',
    fault: { corrupt: 'invalid-json' },
    log: { attempt: 'corrupt invalid-json' },
    promise(seen) {
      const request = struck(seen);
      if (seen.carrier.isQuery) {
        expect(request.target).toBe(`${seen.plain.target}%`);
        expect(() => decodeURIComponent(request.target)).toThrow(URIError);
        return;
      }
      untouched(seen, request, ['body']);
      expect(() => JSON.parse(request.body.toString())).toThrow(SyntaxError);
    },
  },
  {
    title: 'corrupt empty',
    fault: { corrupt: 'empty' },
    log: { attempt: 'corrupt empty' },
    promise(seen) {
      const request = struck(seen);
      if (seen.carrier.isQuery) expect(request.target).toBe('/hook?tenant=7');
      else expect([request.body.length, request.headers['content-type']]).toEqual([0, 'application/json']);
    },
  },
  {
    title: 'corrupt content-type',
    fault: { corrupt: 'content-type' },
    log: { attempt: 'corrupt content-type' },
    promise(seen) {
      const request = struck(seen);
      untouched(seen, request, ['headers', 'body']);
      const { isQuery } = seen.carrier;
      expect(request.headers['content-type']).toBe(isQuery ? 'application/octet-stream' : 'text/plain');
      if (!isQuery) lawful(seen);
    },
  },
  {
    title: 'corrupt charset',
    fault: { corrupt: 'charset' },
    log: { attempt: 'corrupt charset' },
    promise(seen) {
      const { target, headers, body } = struck(seen);
      if (seen.carrier.isQuery) {
        expect(target).toBe(`${seen.plain.target}%E7`);
        return;
      }
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(() => JSON.parse(body.toString('utf8'))).toThrow();
      expect(JSON.parse(body.toString('utf16le')).event_type).toBe('extractions');
    },
  },
  {
    title: 'corrupt schema',
    fault: ({ isQuery }) => ({ corrupt: { schema: isQuery ? '/state' : '/documents' } }),
    log: { attempt: 'corrupt schema' },
    promise(seen) {
      const said = seen.carrier.said(struck(seen));
      if (seen.carrier.isQuery) {
        expect(said.stateText).toBe('RECEIVEDMACHINELEARN');
        expect(said.state).not.toMatch(/^\d+$/);
        return;
      }
      const violations = seen.type.validate(said);
      expect(violations.length).toBeGreaterThan(0);
      for (const { location } of violations) expect(location).toMatch(/\/documents|documents/);
      expect(seen.type.validate({ ...said, documents: seen.carrier.said(seen.plain).documents })).toEqual([]);
    },
  },
  {
    title: 'corrupt missingQuery',
    fault: { corrupt: { missingQuery: 'state' } },
    refused: queryOnly('no callback that this applies to has a query parameter "state"'),
    log: { attempt: 'corrupt missingQuery state' },
    promise(seen) {
      const { query } = struck(seen);
      expect([...query.keys()]).toEqual(['tenant', 'documentId', 'stateText']);
    },
  },
  {
    title: 'auth missing',
    fault: { auth: 'missing' },
    log: { attempt: 'auth missing' },
    promise(seen) {
      const { credentials } = seen.carrier;
      expect(seen.plain.headers).toHaveProperty(credentials);
      const { [credentials]: secret, ...others } = seen.plain.headers;
      expect(struck(seen).headers).toEqual(others);
      untouched(seen, struck(seen), ['headers', 'body']);
    },
  },
  {
    title: 'auth wrong',
    fault: { auth: 'wrong' },
    log: { attempt: 'auth wrong' },
    promise(seen) {
      const { credentials } = seen.carrier;
      const given = struck(seen).headers[credentials];
      expect(given).toBeDefined();
      expect(given).not.toBe(seen.plain.headers[credentials]);
      expect({ ...struck(seen).headers, [credentials]: '' }).toEqual({
        ...seen.plain.headers,
        [credentials]: '',
      });
    },
  },
  // The two providers sign nothing. What the faults do to signatures: test/signing.
  ...Object.keys(signatureFaults).map(
    (kind): FaultRow => ({
      title: `signature ${kind}`,
      fault: { signature: kind },
      log: { attempt: `signature ${kind} (does not apply)` },
      promise: (seen) => untouched(seen, struck(seen), seen.carrier.isQuery ? [] : ['body']),
    }),
  ),
  {
    title: 'slow',
    fault: { slow: { bytesPerSecond: 4000 } },
    log: { attempt: 'slow bytesPerSecond 4000' },
    promise(seen) {
      const { bytes, pieces } = ownConnection(seen);
      const took = (pieces.at(-1)?.at ?? 0) - (pieces[0]?.at ?? 0);
      // A quarter of a millisecond a byte.
      expect(took).toBeGreaterThan(bytes.length * 0.25 * 0.8);
      expect(took).toBeLessThan(bytes.length * 0.25 * 8 + 1000);
      expect(pieces.length).toBeGreaterThan(2);
      expect(order(seen)).toEqual(names(seen.carrier));
      untouched(seen, struck(seen), ['body']);
      expect(seen.delivery).toMatchObject({ state: 'delivered', attempts: [{ statusCode: 200 }] });
      expect(seen.delivery.attempts[0].durationMs).toBeGreaterThan(took * 0.9);
    },
  },
  {
    title: 'reset_peer',
    fault: { reset_peer: { after: 10 } },
    log: { attempt: 'reset_peer after 10' },
    promise(seen) {
      const { bytes, end } = ownConnection(seen);
      expect(bytes.toString()).toBe(`${seen.plain.method} ${seen.plain.target}`.slice(0, 10));
      expect(end).toBe('reset');
      failed(seen, 'connection reset after 10 bytes, as scripted');
    },
  },
  {
    title: 'timeout',
    fault: { timeout: '120ms' },
    log: { attempt: 'timeout 120ms' },
    promise(seen) {
      const { bytes, end, openedAt, endedAt } = ownConnection(seen);
      expect([bytes.length, end]).toEqual([0, 'fin']);
      expect((endedAt ?? 0) - openedAt).toBeGreaterThan(110);
      expect((endedAt ?? 0) - openedAt).toBeLessThan(2_000);
      failed(seen, 'silent for 120ms, as scripted');
    },
  },
];
