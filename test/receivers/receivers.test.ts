import { describe, expect, test } from 'vitest';
import { type SignatureFault, signatureFaults } from '../../src/core/signing/signature-faults.ts';
import { corruptions, shop, startShop } from '../signing/signed-callbacks.ts';
import { pythonReceiver, type ReceiverKind, receivers } from './receivers.ts';
import { hasPython } from './servers.ts';

if (!hasPython) console.warn('SKIPPED: a consumer in Python. Install python3 of Debian.');
const all = hasPython ? [...receivers, pythonReceiver] : receivers;
const faults = Object.keys(signatureFaults) as SignatureFault[];

/** Serves callbacks that the receiver verifies, signed with these secrets. */
function serve({ mediaType, headers, settings }: ReceiverKind, secrets: readonly string[], now?: number) {
  return startShop(shop(mediaType, headers), { ...settings, 'signing.secrets': secrets }, now);
}

/** The statuses of the attempts of each delivery. */
function statuses(
  deliveries: readonly { readonly attempts: readonly { readonly statusCode: number | null }[] }[],
) {
  return deliveries.map(({ attempts }) => attempts.map(({ statusCode }) => statusCode));
}

describe.each(all)('$library in $server, with $what', (kind) => {
  const { start, keys, refusal, missing = refusal, signsWithEach, without = [] } = kind;

  test('accepts what is sent, and refuses each fault of the signature with its own status', async () => {
    const { order } = await serve(kind, [keys.older.ringback]);
    const to = await start(keys.older.consumer);
    expect(statuses((await order(undefined, { to })).deliveries)).toEqual([[200]]);
    for (const fault of faults) {
      const applies = !without.includes(fault);
      const { deliveries } = await order(fault, { to });
      const expected = !applies ? 200 : fault === 'missing' ? missing : refusal;
      expect(statuses(deliveries), fault).toEqual([[expected]]);
      const words = `signature ${fault}${applies ? '' : ' (does not apply)'}`;
      expect(deliveries.map(({ attempts }) => attempts[0].faults)).toEqual([[words]]);
    }
  });

  test('accepts the retry of a forged attempt, which is signed at its own time', async () => {
    // The retry is on time, ten minutes after an attempt that no tolerance covers.
    const { order } = await serve(kind, [keys.older.ringback], Date.now() - 600_000);
    const { deliveries } = await order('forged-first', { to: await start(keys.older.consumer) });
    expect(statuses(deliveries)).toEqual([[refusal, 200]]);
    expect(deliveries[0].state).toBe('delivered');
  });

  test('accepts a rotated key, and with the old one as long as Ringback signs with both', async () => {
    const { order, stage } = await serve(kind, [keys.older.ringback]);
    const old = await start(keys.older.consumer);
    const young = await start(keys.newer.consumer);
    const at = async (to: string) => statuses((await order(undefined, { to })).deliveries).flat();
    expect([await at(old), await at(young)]).toEqual([[200], [refusal]]);
    await stage.ringback.set({ 'signing.secrets': [keys.newer.ringback, keys.older.ringback] });
    expect([await at(old), await at(young)]).toEqual([[signsWithEach ? 200 : refusal], [200]]);
    await stage.ringback.set({ 'signing.secrets': [keys.newer.ringback] });
    expect([await at(old), await at(young)]).toEqual([[refusal], [200]]);
  });

  test.each([
    ['line separators, quotes and backslashes', '\u2028 "quoted" \\ \u0000 \t\r\n'],
    ['characters beyond ASCII, composed and decomposed', 'é e\u0301 ß 日本 👩‍👩‍👧'],
    ['spaces', '  two  spaces and a trailing one '],
    ['what forms and URLs escape', "100 % + a&b=c;d #é~!*'()"],
  ])('accepts %s', async (_, text) => {
    const { stage } = await serve(kind, [keys.older.ringback]);
    const { body } = await stage.ringback.control('POST', 'callbacks', {
      callback: 'shipped',
      to: await start(keys.older.consumer),
      payload: { id: '1', text },
    });
    expect(statuses([body])).toEqual([[200]]);
  });
});

describe.skipIf(!hasPython)('hmac in Python, which does not parse the body', () => {
  test.each(corruptions)('accepts the signature of a body with the fault %s', async (corruption) => {
    const { keys, start } = pythonReceiver;
    const { order } = await serve(pythonReceiver, [keys.older.ringback]);
    const { deliveries } = await order(corruption, { to: await start(keys.older.consumer) });
    expect(statuses(deliveries)).toEqual([[200]]);
    expect(deliveries[0].attempts[0].faults).toEqual([`corrupt ${corruption}`]);
  });
});
