import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../src/core/duration.ts';
import { faultsOf } from '../../src/core/engine/deliveries/delivery.ts';
import { virtualEpoch } from '../../src/core/engine/time/clock.ts';
import { isJsonObject, type JsonValue } from '../../src/core/json.ts';
import { apiFaultNames, faultNames, faultSchemas } from '../../src/core/scenario/fault-schemas.ts';
import { fullName, type Scenario } from '../../src/core/scenario/scenario.ts';
import { docdigitizerLanguage } from '../../src/providers/docdigitizer/scenario-language.ts';
import { informedLanguage } from '../../src/providers/informed/scenario-language.ts';
import { makeStage, type SentRequest, type Stage, shipped, shippedScenario } from './stage.ts';

/** Credentials of a consumer, for credential faults to corrupt. */
const byPost = { callback_method: 'POST', callback_headers: { Authorization: 'API_KEY secret' } };

async function play(scenario: Scenario, answer?: Parameters<typeof makeStage>[0]) {
  // With this seed, `unreliable-callbacks` duplicates one callback and delays the other.
  const stage = makeStage({ seed: 6, ...answer });
  const { id } = await stage.submit(scenario.provider, {
    scenario: scenario.name,
    ...(scenario.provider === 'docdigitizer' ? { fields: byPost } : {}),
  });
  await stage.settle();
  return { stage, id };
}

/** What reached the consumer and when: `2s 30, 10s 91` or `5s extractions ×3, 8s verifications`. */
function arrivals(stage: Stage): string {
  const seen: { text: string; times: number }[] = [];
  for (const request of stage.sent) {
    const text = `${formatDuration(request.afterMs)} ${said(request)}`;
    const last = seen.at(-1);
    if (last?.text === text) last.times++;
    else seen.push({ text, times: 1 });
  }
  return seen.map(({ text, times }) => (times === 1 ? text : `${text} ×${times}`)).join(', ');
}

/** The state of a query, or the event type of a body; `?` for an unreadable message. */
function said({ url, body, wire }: SentRequest): string {
  const broken = wire === undefined || wire.bytesPerSecond !== undefined ? '' : '~';
  if (body === null) return `${broken}${new URL(url).searchParams.get('state') ?? '?'}`;
  try {
    return `${broken}${JSON.parse(String(body)).event_type ?? '?'}`;
  } catch {
    return `${broken}?`;
  }
}

/** What arrives when a scenario changes nothing: each file extracted, all of them verified. */
const usual = { docdigitizer: '2s 30, 10s 91', informed: '5s extractions ×3, 8s verifications' };

/** What arrives otherwise, by scenario; `~` is a request that is cut off on the wire, `?` an unreadable one. */
const others: Readonly<Record<string, string>> = {
  'docdigitizer/rejected': '2s 30, 10s 92',
  'docdigitizer/error': '2s 30, 10s 999',
  'docdigitizer/late-rejection': '2s 30, 1h 92',
  'docdigitizer/slow-human-revision': '5m 30, 3d 91',
  'docdigitizer/corrected-after-final': '2s 30, 10s 91, 86410s 92',
  'docdigitizer/duplicate-final-after-timeout': '2s 30, 10s 91, 40s 91',
  'docdigitizer/final-only': '10s 91',
  'docdigitizer/rejected-for-several-reasons': '2s 30, 10s 92',
  'docdigitizer/unreliable-callbacks': '10s 91, 11s 91, 602s 30',
  'docdigitizer/lost-final': '2s 30',
  'docdigitizer/delayed-final': '2s 30, 3610s 91',
  'docdigitizer/duplicate-final': '2s 30, 10s 91 ×2',
  'docdigitizer/concurrent-duplicates': '2s 30, 10s 91 ×5',
  'docdigitizer/swapped-states': '10s 91, 10s 30',
  'docdigitizer/early-state': '0s 30, 10s 91',
  'docdigitizer/everything-before-the-answer': '0s 30, 0s 91',
  'docdigitizer/second-final-differs': '2s 30, 10s 91, 10s 92',
  'docdigitizer/rejected-then-error': '2s 30, 10s 92, 10s 999',
  'docdigitizer/stale-state-after-final': '2s 30, 10s 91, 10s 30',
  'docdigitizer/unknown-document': '2s 30, 10s 91 ×2',
  'docdigitizer/truncated-query': '2s 30, 10s ?',
  'docdigitizer/empty-query': '2s 30, 10s ?',
  'docdigitizer/missing-state': '2s 30, 10s ?',
  'docdigitizer/state-not-a-number': '2s 30, 10s {}',
  'docdigitizer/reset-callback': '2s 30, 10s ~91',
  'docdigitizer/silent-connection': '2s 30, 10s ~91',
  'informed/unreadable': '5s error ×3',
  'informed/invalid-type': '5s error ×3',
  'informed/corrupted': '5s error ×3',
  'informed/password-protected': '5s error ×3',
  'informed/too-small': '5s error ×3',
  'informed/too-large': '5s error ×3',
  'informed/verifications-delayed': '5s extractions ×3, 8s error',
  'informed/no-verifications': '5s extractions ×3',
  'informed/verifications-overtake-extractions': '5s extractions, 8s verifications, 65s extractions ×2',
  'informed/webhook-down-for-an-hour': '3665s extractions ×3, 3668s verifications',
  'informed/verifications-repeated': '5s extractions ×3, 8s verifications, 1808s verifications',
  'informed/one-file-password-protected': '5s extractions, 5s error, 5s extractions, 8s verifications',
  'informed/redelivered-after-failures': '8s extractions ×3, 11s verifications',
  'informed/lost-extractions': '5s extractions ×2, 8s verifications',
  'informed/delayed-verifications': '5s extractions ×3, 7208s verifications',
  'informed/duplicate-verifications':
    '5s extractions ×3, 8s verifications, 18s verifications, 28s verifications',
  'informed/concurrent-extractions': '5s extractions ×6, 8s verifications',
  'informed/early-extractions': '0s extractions ×3, 3s verifications',
  'informed/verifications-contradicted': '5s extractions ×3, 8s verifications ×2',
  'informed/stale-verifications': '5s extractions ×3, 8s verifications ×2',
  'informed/unknown-application': '5s extractions ×6, 8s verifications',
  'informed/truncated-body': '5s ~extractions ×3, 6s extractions ×3, 8s verifications',
  'informed/invalid-json': '5s ? ×3, 8s verifications',
  'informed/empty-body': '5s ? ×3, 8s verifications',
  'informed/wrong-charset': '5s ? ×3, 8s verifications',
  'informed/new-event-type': '5s announcements ×3, 8s announcements',
  'informed/reset-webhook': '5s ~extractions ×3, 6s extractions ×3, 8s ~verifications, 9s verifications',
  'informed/silent-webhook': '5s extractions ×3, 8s ~verifications, 9s verifications',
};

describe('the ready scenarios', () => {
  test('the ready scenarios are found by name alone, without the provider', () => {
    const names = shipped.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const stage = makeStage();
    for (const scenario of shipped) expect(stage.space.scenarios.get(scenario.name).scenario).toBe(scenario);
  });

  test('the ready scenarios match no submission by themselves', () => {
    expect(shipped.filter(({ match }) => match !== null)).toEqual([]);
  });

  test('the ready scenarios have every callback fault', () => {
    const used = new Set(
      shipped.flatMap(({ faults }) => faults.flatMap(({ fault, value }) => kinds(fault, value))),
    );
    const ofProviders = [docdigitizerLanguage, informedLanguage].flatMap(({ contradictions }) =>
      Object.keys(contradictions).map((kind) => `contradict ${kind}`),
    );
    const wanted = [
      ...new Set([
        // The bundled providers sign nothing.
        ...faultNames
          .filter((name) => name !== 'signature')
          .flatMap((name) => kindsOf(faultSchemas[name]).map((kind) => `${name}${kind}`)),
        ...ofProviders,
      ]),
    ];
    expect(wanted.length).toBe(27);
    expect(wanted.filter((kind) => !used.has(kind))).toEqual([]);
  });

  test('the ready scenarios have every API fault', () => {
    const used = new Set(shipped.flatMap(({ respond }) => respond.map(({ kind }) => kind)));
    expect(apiFaultNames.filter((name) => !used.has(name))).toEqual([]);
    expect(shipped.some(({ respond }) => respond.some(({ probability }) => probability < 1))).toBe(true);
  });

  test('the ready scenarios have every final state of a document and of a file, and every status of a verification', () => {
    const outcomes = shipped.map(({ outcome }) => outcome ?? {});
    const finals = docdigitizerLanguage.outcome.properties.final.enum;
    expect(finals.filter((final) => !outcomes.some((one) => one.final === final))).toEqual([]);
    const extractions = informedLanguage.outcome.properties.extraction.else.enum;
    expect(extractions.length).toBe(7);
    expect(extractions.filter((end) => !outcomes.some((one) => one.extraction === end))).toEqual([]);
    const statuses = outcomes.map(({ verifications }) =>
      isJsonObject(verifications ?? null) ? (verifications as { income?: string }).income : verifications,
    );
    expect(statuses).toEqual(
      expect.arrayContaining(['pass', 'fail', 'missing', 'review', 'delayed', 'none']),
    );
  });

  test('the table of what arrives has every ready scenario that deviates from the usual', () => {
    const names = shipped.map(fullName);
    expect(Object.keys(others).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.each(shipped.map((scenario) => [fullName(scenario), scenario] as const))('%s', (name, scenario) => {
  test('plays to its end and sends the documented callbacks', async () => {
    const { stage } = await play(scenario);
    expect(stage.defects).toEqual([]);
    expect(arrivals(stage)).toBe(others[name] ?? usual[scenario.provider as keyof typeof usual]);
    const runs = await stage.space.store.runs.list();
    expect(runs.map(({ openDeliveries, heldDeliveries }) => [openDeliveries, heldDeliveries])).toEqual([
      [0, []],
    ]);
  });

  test('has no fault without effect', async () => {
    const { stage } = await play(scenario);
    const deliveries = await stage.deliveries();
    const words = deliveries.flatMap((delivery) => [
      ...faultsOf(delivery),
      ...delivery.attempts.flatMap((one) => one.faults),
    ]);
    const draws = deliveries.flatMap((delivery) =>
      delivery.callback.draws.map(({ fault }) => fault.split(' ')[0]),
    );
    expect(words.filter((word) => word.includes('does not apply'))).toEqual([]);
    for (const { fault } of scenario.faults)
      expect([...words.map((word) => word.split(' ')[0]), ...draws]).toContain(fault);
    if (scenario.faults.length === 0) expect(words).toEqual([]);
  });

  test('leaves the API consistent with what was sent', async () => {
    const { stage, id } = await play(scenario);
    const shown = await stage.show(scenario.provider, id);
    if (scenario.provider === 'docdigitizer') {
      expect(shown.stateText).toBe(finalText(scenario));
      return;
    }
    const files = shown.files as readonly { status: string }[];
    const wanted = [scenario.outcome?.extraction ?? 'ok'].flat();
    expect(files.map(({ status }) => status)).toEqual(
      files.map((_, index) => ((wanted[index] ?? wanted.at(-1)) === 'ok' ? 'extracted' : 'failed')),
    );
    const statuses = scenario.outcome?.verifications;
    if (!isJsonObject(statuses ?? null)) return;
    const { income } = shown.verifications as { income: readonly { status: string }[] };
    expect(income.map(({ status }) => status)).toEqual([(statuses as { income: string }).income]);
  });
});

describe('a fault of the API side', () => {
  test.each<[string, number, string[]]>([
    ['unavailable-provider', 1, ['submitDocument: status 503', 'submitDocument: status 503']],
    ['slow-provider', 1, ['submitDocument: latency 5s']],
    ['submission-reset', 1, ['submitDocument: reset_peer after 0 bytes']],
    ['trickling-answer', 2, Array(2).fill('getDocument: slow 500 bytes per second')],
    ['malformed-answer', 2, ['getDocument: malformed']],
    ['rate-limited', 4, ['getDocument: rate_limit 2 per 1s']],
    ['registration-unavailable', 1, Array(2).fill('registerApplication: status 503')],
    ['slow-registration', 1, ['registerApplication: latency 5s']],
    ['upload-reset', 1, ['uploadFile: reset_peer after 0 bytes']],
    ['trickling-application', 1, ['getApplication: slow 2000 bytes per second']],
    ['malformed-application', 2, ['getApplication: malformed']],
  ])('%s strikes as documented when the API gets %i requests', async (name, times, expected) => {
    const stage = makeStage();
    const { provider } = stage.space.scenarios.get(name).scenario;
    const { id } = await stage.submit(provider, { scenario: name });
    for (let i = 0; i < times; i++) await stage.show(provider, id);
    expect(stage.apiFaults).toEqual(expected);
  });

  test('limited-uploads accepts five files in ten seconds', async () => {
    const stage = makeStage();
    const files = ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf', 'e.pdf', 'f.pdf'];
    await stage.submit('informed', { scenario: 'limited-uploads', files });
    expect(stage.apiFaults.length).toBeGreaterThan(0);
    expect(new Set(stage.apiFaults)).toEqual(new Set(['uploadFile: rate_limit 5 per 10s']));
    expect(stage.space.clock.now() - virtualEpoch).toBe(10_000);
  });

  test('failing-now-and-then fails about one request in four', async () => {
    const stage = makeStage();
    const { id } = await stage.submit('docdigitizer', { scenario: 'failing-now-and-then' });
    for (let i = 0; i < 300; i++) await stage.show('docdigitizer', id);
    // 300 responses, each after a geometric number of failures: 100 expected, deviation 11.5, tolerance five deviations.
    expect(stage.apiFaults.length).toBeGreaterThan(42);
    expect(stage.apiFaults.length).toBeLessThan(158);
  });
});

describe('a story', () => {
  test('late-rejection: the rejection comes after an hour of valid data', async () => {
    const stage = makeStage();
    const { id } = await stage.submit('docdigitizer', { scenario: 'late-rejection' });
    await stage.space.advance(59 * 60_000);
    const before = await stage.show('docdigitizer', id);
    expect(before).toMatchObject({
      stateText: 'RECEIVEDMACHINELEARN',
      results: { partial: true, reasons: [] },
    });
    expect((before.results as { annotations: object }).annotations).not.toEqual({});
    await stage.settle();
    expect(await stage.show('docdigitizer', id)).toMatchObject({
      stateText: 'REJECTED',
      results: { partial: false, annotations: {}, reasons: ['the document is not legible'] },
    });
  });

  test('corrected-after-final: the API shows the first final state until the second arrives, then the second', async () => {
    const stage = makeStage();
    const { id } = await stage.submit('docdigitizer', { scenario: 'corrected-after-final' });
    await stage.space.advance(60_000);
    expect(await stage.show('docdigitizer', id)).toMatchObject({ state: 91, results: { reasons: [] } });
    await stage.settle();
    expect(await stage.show('docdigitizer', id)).toMatchObject({
      state: 92,
      results: { reasons: ['withdrawn by quality control'] },
    });
  });

  test('verifications-overtake-extractions: the verifications name documents that arrive a minute later', async () => {
    const { stage } = await play(shippedScenario('informed/verifications-overtake-extractions'));
    const bodies = stage.sent.map(({ body }) => JSON.parse(String(body)));
    const [, verifications, second, third] = bodies;
    expect(verifications.data_sources.image_files).toHaveLength(3);
    for (const late of [second, third]) {
      const [file] = Object.values(late.documents as Record<string, { file_ids: string[] }[]>).flat();
      expect(verifications.data_sources.image_files).toContainEqual(
        expect.objectContaining({ file_id: file?.file_ids[0] }),
      );
    }
  });

  test('webhook-down-for-an-hour: nothing is delivered for an hour, and nothing is lost', async () => {
    const { stage } = await play(shippedScenario('informed/webhook-down-for-an-hour'));
    const deliveries = await stage.deliveries();
    expect(deliveries.map(({ state, attempts }) => [state, attempts.length])).toEqual([
      ['delivered', 7],
      ['delivered', 7],
      ['delivered', 7],
      ['delivered', 7],
    ]);
    expect(Math.min(...stage.sent.map(({ afterMs }) => afterMs))).toBeGreaterThan(3_600_000);
  });

  test('webhook-down-for-an-hour: a webhook that stays down is given up after 76 minutes', async () => {
    const { stage } = await play(shippedScenario('informed/webhook-down-for-an-hour'), {
      answer: () => 'connection',
    });
    const [first] = await stage.deliveries();
    expect(first).toMatchObject({ state: 'failed' });
    expect(first?.attempts).toHaveLength(8);
    expect((first?.endedAt ?? 0) - (first?.callback.createdAt ?? 0)).toBe(76 * 60_000);
  });

  test('one-file-password-protected: the error names the second file, the verifications the others', async () => {
    const { stage, id } = await play(shippedScenario('informed/one-file-password-protected'));
    const bodies = stage.sent.map(({ body }) => JSON.parse(String(body)));
    expect(bodies[1]).toMatchObject({
      error_message: '**** This file requires a password for access',
      file_reference_id: 'statement.pdf',
    });
    expect(
      bodies[3].data_sources.image_files.map((file: { file_reference_id: string }) => file.file_reference_id),
    ).toEqual(['payslip.pdf', 'id.pdf']);
    const { files } = (await stage.show('informed', id)) as unknown as { files: { status: string }[] };
    expect(files.map(({ status }) => status)).toEqual(['extracted', 'failed', 'extracted']);
  });

  test('provider-changes-its-payloads: payloads stay valid, but differ from today’s shape', async () => {
    const { stage } = await play(shippedScenario('informed/provider-changes-its-payloads'));
    const deliveries = await stage.deliveries();
    expect(deliveries).toHaveLength(4);
    for (const { callback } of deliveries) {
      expect(callback.violations).toEqual([]);
      expect(callback.faults.length).toBeGreaterThanOrEqual(4);
    }
  });
});

/** `corrupt`, with its kind if it has kinds: `corrupt truncate`, `contradict state`. */
function kinds(fault: string, value: JsonValue): string[] {
  if (typeof value === 'string') return [`${fault} ${value}`];
  if (!isJsonObject(value)) return [fault];
  return fault === 'corrupt' || fault === 'contradict'
    ? Object.keys(value).map((key) => `${fault} ${key}`)
    : [fault];
}

/** The kinds in a fault's schema: its enumerated words, and the properties of which one is given. */
function kindsOf(schema: object): string[] {
  const {
    enum: words,
    then,
    else: object,
  } = schema as {
    enum?: readonly string[];
    then?: { enum: readonly string[] };
    else?: { properties: object };
  };
  const found = [...(words ?? []), ...(then?.enum ?? []), ...Object.keys(object?.properties ?? {})];
  return found.length === 0 ? [''] : found.map((word) => ` ${word}`);
}

function finalText({ outcome, timeline }: Scenario): unknown {
  const texts = { annotated: 'ANNOTATED', rejected: 'REJECTED', error: 'ERROR' };
  return outcome === null
    ? timeline?.findLast(({ set }) => set?.stateText !== undefined)?.set?.stateText
    : texts[outcome.final as keyof typeof texts];
}
