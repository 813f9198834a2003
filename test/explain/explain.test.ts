import { describe, expect, it } from 'vitest';
import { type ExplainOptions, explain } from '../../src/core/explain/explain.ts';
import { readConsumerAnswers } from '../../src/core/explain/recording-sender.ts';
import { renderMermaid } from '../../src/core/explain/render-mermaid.ts';
import { renderText } from '../../src/core/explain/render-text.ts';
import { objectOf } from '../../src/core/json.ts';
import { loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { parseScenarios } from '../support/parse-scenarios.ts';

const catalogue = await loadCatalogue(null);
const shipped = await loadScenarios(catalogue, []);

function explained(options: Partial<ExplainOptions> & { script?: string }) {
  const { script, ...rest } = options;
  const own = script === undefined ? [] : parseScenarios(script, { ...catalogue, file: 'own.yaml' });
  const scenario = own[0]?.name ?? 'docdigitizer/rejected';
  return explain({
    ...catalogue,
    scenarios: [...shipped, ...own],
    scenario,
    createStore: createMemoryStore,
    ...rest,
  });
}

describe('explain', () => {
  it('explain shows requests, steps and callbacks as a timeline', async () => {
    const text = renderText(await explained({}));
    expect(text.split('\n').slice(2)).toEqual([
      '',
      'Played for a typical client and a consumer that responds 200, with the seed 1:',
      '',
      ' +0s  request   submitDocument: POST /docdigitizer/api/v2/documents',
      ' +0s  response  submitDocument: 202',
      ' +2s  step      submission: sets state 30, stateText RECEIVEDMACHINELEARN, calls back documentState',
      ' +2s  callback  #1 docdigitizer.documentState GET documentId=5ebaca19… state=30 stateText=RECEIVEDMACHINELEARN → 200',
      '+10s  step      submission: sets state 92, stateText REJECTED, calls back documentState',
      '+10s  callback  #2 docdigitizer.documentState GET documentId=5ebaca19… state=92 stateText=REJECTED → 200',
      '',
      'Over after 10s: 2 callbacks: 2 delivered.',
      '',
    ]);
  });

  it.each([
    ['docdigitizer', 'annotated'],
    ['informed', 'complete'],
  ])('explain plays the default of %s for an empty scenario', async (provider, usual) => {
    const told = async (options: Parameters<typeof explained>[0]) =>
      renderText(await explained(options)).replace(/^.*?\n(?=Played)/s, '');
    const expected = await told({ scenario: `${provider}/${usual}` });
    expect(expected).toContain('callback');
    expect(await told({ script: `name: own\nprovider: ${provider}` })).toEqual(expected);
    if (provider === 'informed')
      expect(await told({ script: 'name: own\nprovider: informed\noutcome: {}' })).toEqual(expected);
  });

  it('explain shows retries for a failing consumer, and that the provider gives up', async () => {
    const twice = await explained({
      scenario: 'informed/unreadable',
      files: 1,
      answers: [503, 'timeout', 200],
    });
    expect(twice.deliveries[0]?.attempts).toMatchObject([
      { statusCode: 503, acknowledged: false, retryInMs: 1_000 },
      { statusCode: null, acknowledged: false, retryInMs: 2_000 },
      { statusCode: 200, acknowledged: true, retryInMs: null },
    ]);
    const never = await explained({ scenario: 'informed/unreadable', files: 1, answers: ['network'] });
    expect(never.deliveries[0]?.attempts).toHaveLength(6);
    expect(renderText(never)).toMatch(/attempt 6 → no response, given up\n.*1 failed/s);
  });

  it('explain names faults, dropped callbacks and what is not sent', async () => {
    const script = `
name: faulty
provider: docdigitizer
outcome: { final: annotated }
retry: { schedule: [1s], on: [network] }
faults:
  - { on: { state: 30 }, drop: true }
  - { on: { state: 91, attempt: 1 }, drop: true }
  - { on: { state: 91 }, duplicate: { times: 2, gap: 5s } }
`;
    const faulty = await explained({ script });
    expect(faulty.deliveries.map(({ state }) => state)).toEqual(['dropped', 'delivered', 'delivered']);
    const text = renderText(faulty);
    expect(text).toMatch(/ \+2s {2}callback {2}#1 .* never leaves \[drop\]\n/);
    expect(text).toMatch(
      /\+10s {2}callback {2}#2 .* \[duplicate ×2, 5s apart; copy 1 of 2; drop\] → not sent, again in 1s\n/,
    );
    expect(renderMermaid(faulty)).toContain('docdigitizer.documentState not sent [drop]');
  });

  it('explain notes the faults that match no callback', async () => {
    const script = `
name: idle
provider: informed
outcome: { verifications: none }
faults:
  - { on: { callback: verifications }, drop: true }
  - { on: { nth: 2 }, delay: 1s }
  - { on: { callback: extractions, nth: 3 }, drop: true }
`;
    expect((await explained({ script, files: 2 })).notes).toEqual([
      '/faults/0 (drop) applies to nothing here: no callback matches its `on`.',
      '/faults/2 (drop) applies to nothing here: its `nth` is 3, and 2 callbacks match the rest of its `on`.',
    ]);
    expect((await explained({ script, files: 3 })).notes).toHaveLength(1);
  });

  it('explain shows API faults, and that the client retries', async () => {
    const { events } = await explained({ scenario: 'docdigitizer/unavailable-provider' });
    const answers = events.filter(({ kind }) => kind === 'answer');
    expect(answers).toMatchObject([
      { atMs: 0, status: 503, faults: ['status 503'] },
      { status: 503 },
      { status: 202, faults: [] },
    ]);
  });

  it.each([
    ['slow: { bytesPerSecond: 1 }', null],
    ['slow: { bytesPerSecond: 10000 }', 200],
    ['timeout: 1s', null],
    ['reset_peer: { after: 10 }', null],
    ['corrupt: truncate', null],
  ])('explain says whether a callback with %s gets a response', async (fault, statusCode) => {
    const script = `
name: wire
provider: informed
outcome: { extraction: unreadable }
faults: [{ ${fault} }]
`;
    const { deliveries } = await explained({ script, files: 1 });
    expect(deliveries[0]?.attempts[0]).toMatchObject({ statusCode, faults: [expect.any(String)] });
  });

  it('explain makes as many requests as a scenario covers', async () => {
    const { events } = await explained({ scenario: 'docdigitizer/rate-limited' });
    const reads = events.flatMap((event) =>
      event.kind === 'answer' && event.operation === 'getDocument' ? [event.status] : [],
    );
    expect(reads).toEqual([200, 200, 429, 200]);
  });

  it('explain updates an application when a timeline has steps for updates', async () => {
    const script = `
name: on-update
provider: informed
timeline: [{ on: update, after: 3s, callback: verifications }]
`;
    const { deliveries } = await explained({ script });
    expect(deliveries.map(({ payload }) => objectOf(payload).application_update_reference_id)).toEqual([
      'update-1',
    ]);
  });

  it('explain submits the requested number of files, and calls back by the requested method', async () => {
    const two = await explained({ files: 2, method: 'POST', callbackHeaders: { 'X-Key': 'k' } });
    expect(two.deliveries).toHaveLength(4);
    expect(two.deliveries[0]?.attempts[0]?.request).toMatchObject({
      method: 'POST',
      headers: { 'X-Key': 'k' },
    });
    const informed = { scenario: 'informed/complete' };
    expect((await explained({ ...informed, files: 3 })).deliveries).toHaveLength(4);
    await expect(explained({ ...informed, method: 'GET' })).rejects.toThrow(/by POST only/);
    await expect(explained({ ...informed, callbackHeaders: { a: 'b' } })).rejects.toThrow(
      /endpointAuthorization/,
    );
  });

  it('explain is the same each time, and differs with another seed', async () => {
    const first = await explained({ scenario: 'informed/complete' });
    expect(await explained({ scenario: 'informed/complete' })).toEqual(first);
    expect(await explained({ scenario: 'informed/complete', seed: 2 })).not.toEqual(first);
  });

  it('explain suggests the nearest name for an unknown scenario', async () => {
    await expect(explained({ scenario: 'rejectd' })).rejects.toThrow(/Did you mean "rejected"\?/);
  });

  it.each(['', '99', '600', 'ok', '200,,', '20 0'])('explain refuses the consumer responses %j', (text) => {
    expect(() => readConsumerAnswers(text)).toThrow(/expected a status from 200 to 599, timeout or network/);
  });

  it('explain reads consumer responses', () => {
    expect(readConsumerAnswers('503, timeout,network,200')).toEqual([503, 'timeout', 'network', 200]);
  });
});

/** The used part of Mermaid's sequence diagrams; each form was checked with mermaid 11. */
const statements = [
  /^sequenceDiagram$/,
  /^ {2}participant [CR] as (consumer|Ringback)$/,
  /^ {2}Note (over C,R|right of R): [^\s#;]([^#;\n]|#\d+;)*$/,
  /^ {2}(C->>R|R-->>C|R->>C|C-->>R|R-xC|R--xC): [^\s#;]([^#;\n]|#\d+;)*$/,
];

describe('the Mermaid diagram', () => {
  it.each(shipped.map(({ provider, name }) => `${provider}/${name}`))(
    'of %s has only statements of the subset',
    async (scenario) => {
      const lines = renderMermaid(await explained({ scenario, answers: [503, 'network', 200] }))
        .trimEnd()
        .split('\n');
      expect(lines.filter((line) => !statements.some((statement) => statement.test(line)))).toEqual([]);
      expect(lines.length).toBeGreaterThan(5);
    },
  );

  it('the Mermaid diagram escapes strings', async () => {
    const script = `
name: odd
provider: docdigitizer
timeline: [{ after: 1s, set: { note: "a;b #c\\n%% end <i>" } }]
`;
    expect(renderMermaid(await explained({ script }))).toContain(
      '  Note right of R: note a#59;b #35;c %% end #60;i#62;\n',
    );
  });
});
