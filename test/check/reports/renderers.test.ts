import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Document } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { githubReport } from '../../../src/check/reports/github-report.ts';
import { htmlReport } from '../../../src/check/reports/html-report.ts';
import { jsonReport } from '../../../src/check/reports/json-report.ts';
import { junitReport } from '../../../src/check/reports/junit-report.ts';
import { sarifReport } from '../../../src/check/reports/sarif-report.ts';
import { ruleText, textReport } from '../../../src/check/reports/text-report.ts';
import { rules } from '../../../src/check/rules/rules.ts';
import { readJunit } from '../../reports/junit-shape.ts';
import { hostile, sampleReport } from './sample-report.ts';

// A parser that follows the specification of HTML. It has no types of its own.
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string) => { readonly window: { readonly document: Document } };
};

const shown = '</pre></script><script>alert(1)</script>';

describe('every report', () => {
  it.each([
    ['json', jsonReport],
    ['junit', junitReport],
    ['html', htmlReport],
    ['sarif', sarifReport],
    ['github', githubReport],
    ['text', textReport],
  ])('%s is the same for the same findings, and has no control character', (kind, render) => {
    const text = render(sampleReport);
    expect(render(structuredClone(sampleReport))).toBe(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    if (kind !== 'json' && kind !== 'sarif') expect(text).not.toMatch(/[\u202a-\u202e]/);
    expect(text).toContain('sequential-duplicate');
  });
});

describe('the JSON report', () => {
  it('is the report itself', () => {
    expect(JSON.parse(jsonReport(sampleReport))).toEqual(sampleReport);
  });
});

describe('the JUnit report', () => {
  const xml = junitReport(sampleReport);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
  });
  const { testsuites } = parser.parse(xml);
  const cases = testsuites.testsuite.testcase;

  it('has the form of every JUnit report', () => {
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(readJunit(xml).cases.map(({ result }) => result)).toEqual(
      sampleReport.rules.map(({ result }) =>
        result === 'passed' || result === 'failed' ? result : 'skipped',
      ),
    );
  });

  it('has a test case for each rule, and counts them', () => {
    expect(testsuites).toMatchObject({ tests: '5', failures: '1', errors: '0', skipped: '3', time: '4.2' });
    expect(testsuites.testsuite).toMatchObject({ tests: '5', failures: '1', errors: '0', skipped: '3' });
    expect(cases.map((each: { name: string; classname: string }) => [each.classname, each.name])).toEqual(
      sampleReport.rules.map(({ id, title }) => [
        id === 'clean' ? 'ringback.acknowledging' : 'ringback.duplicates',
        `${id}: ${title}`,
      ]),
    );
  });

  it('fails with requests and diff, and skips what was not judged with the reason', () => {
    const [clean, failed, unstable, notObserved, notApplicable] = cases;
    expect(Object.keys(clean)).toEqual(['classname', 'name']);
    expect(failed.failure.type).toBe('sequential-duplicate');
    expect(failed.failure['#text']).toContain('-   "bookings": 1,');
    expect(failed.failure['#text']).toContain('+   "bookings": 3,');
    expect(failed.failure['#text']).toContain('+130 ms  callback: GET http://127.0.0.1:3000/callback');
    expect(failed.failure['#text']).toContain(shown);
    expect(unstable.skipped.message).toMatch(/^unstable: /);
    expect(notObserved.skipped.message).toMatch(/^not observed: there is no --observe/);
    expect(notApplicable.skipped.message).toMatch(/^not applicable: /);
  });
});

describe('the SARIF report', () => {
  const log = JSON.parse(sarifReport(sampleReport));
  const [run] = log.runs;

  it('has the schema of OASIS', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    // A draft 4, of which it uses nothing that draft 7 reads differently.
    const { $schema: _, id: __, ...schema } = sarifSchema;
    const isValid = ajv.compile(schema);
    isValid(log);
    expect(isValid.errors).toBeNull();
    expect(isValid({ ...log, runs: [{ ...run, tool: {} }] })).toBe(false);
  });

  it('has a result for what failed and what is unstable, each of a rule with help', () => {
    expect(run.results.map((each: { ruleId: string; level: string }) => [each.ruleId, each.level])).toEqual([
      ['sequential-duplicate', 'error'],
      ['concurrent-duplicate', 'warning'],
    ]);
    for (const { ruleId, ruleIndex } of run.results)
      expect(run.tool.driver.rules[ruleIndex]).toMatchObject({
        id: ruleId,
        helpUri: expect.stringMatching(/^https:/),
        help: { text: expect.stringContaining('Remedy: ') },
      });
  });

  it('has the request that failed, a relative place and a fingerprint without anything that changes', () => {
    expect(run.results[0]).toMatchObject({
      partialFingerprints: { 'ringbackRule/v1': 'docdigitizer/sequential-duplicate' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'callback' } } }],
      webRequest: { method: 'GET', headers: { Authorization: '***' } },
    });
  });

  it('notes what was not judged', () => {
    const notes = run.invocations[0].toolExecutionNotifications;
    expect(notes.map((note: { associatedRule: { id: string } }) => note.associatedRule.id)).toEqual([
      'duplicate-after-hours',
      'new-attempt-time',
    ]);
  });
});

describe('the HTML report', () => {
  const html = htmlReport(sampleReport);
  const { document } = new JSDOM(html).window;
  const all = [...document.querySelectorAll('*')];

  it('runs nothing and loads nothing, whatever a consumer responds', () => {
    expect(document.querySelectorAll('script, img, link, iframe, object, embed, form, base')).toHaveLength(0);
    const attributes = all.flatMap((element) => [...element.attributes]);
    expect(attributes.filter(({ name }) => /^on|^style$|^src/.test(name))).toEqual([]);
    const links = attributes.filter(({ name }) => name === 'href').map(({ value }) => value);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((href) => !rules.some(({ source }) => source.url === href))).toEqual([]);
    expect(document.body.textContent).toContain(shown);
  });

  it('allows its own style sheet only', () => {
    const style = document.querySelector('style')?.textContent ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = document
      .querySelector('meta[http-equiv="Content-Security-Policy"]')
      ?.getAttribute('content');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(style).not.toMatch(/url\(|@import/);
  });

  it('shows what failed first, and each rule at an anchor of its own', () => {
    const titles = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
    expect(titles).toEqual(['Failed', 'Unstable', 'Passed', 'Not observed', 'Not applicable']);
    const ids = all.flatMap(({ id }) => (id === '' ? [] : [id]));
    expect(ids.sort()).toEqual(sampleReport.rules.map(({ id }) => id).sort());
    expect([...document.querySelectorAll('.grades b')].map(({ textContent }) => textContent).join('')).toBe(
      'AF––––––',
    );
    expect(
      [...document.querySelectorAll('.grades small')].slice(0, 3).map((each) => each.textContent),
    ).toEqual(['1 of 1 passed', '0 of 2 passed, 2 not judged', 'not chosen']);
  });

  it('shows the difference, the sequence with its faults, the requests, the remedy and the source', () => {
    const failed = document.getElementById('sequential-duplicate');
    expect([...(failed?.querySelectorAll('del') ?? [])].map((each) => each.textContent?.trim())).toEqual([
      '-   "bookings": 1,',
      '- one booking',
    ]);
    expect(failed?.querySelectorAll('svg')).toHaveLength(2);
    const arrows = [...(failed?.querySelector('svg')?.querySelectorAll('g') ?? [])];
    expect(arrows.map((arrow) => arrow.getAttribute('class'))).toEqual([
      'arrow callback',
      'arrow callback',
      'arrow api',
      'arrow callback fault',
      'arrow callback fault bad',
      'arrow callback fault bad',
    ]);
    expect(arrows[4]?.textContent).toContain('⚡ duplicate');
    // The same callback as before, without a scripted fault.
    expect(arrows[5]?.textContent).toContain('+190 ms GET 91 ⚡ again');
    expect(failed?.textContent).toContain('6 recorded requests');
    expect(failed?.textContent).toContain('Store the identity of what happened');
    expect(failed?.querySelector('a')?.getAttribute('href')).toBe(
      'https://docs.stripe.com/webhooks#handle-duplicate-events',
    );
  });

  it('leaves the middle of a long sequence out of the picture, and says so', () => {
    const [, long] = document.querySelectorAll('#sequential-duplicate svg');
    expect(long?.querySelectorAll('g')).toHaveLength(24);
    expect(long?.textContent).toContain('… 36 more …');
  });
});

describe('the summary of a job of GitHub', () => {
  const text = githubReport(sampleReport);

  it('is HTML in one block, in which nothing is read as Markdown', () => {
    expect(text.trimEnd()).not.toMatch(/\n\s*\n/);
    expect(text).not.toMatch(/<(?:script|img)|@octocat/);
    expect(new JSDOM(text).window.document.body.textContent).toContain(shown);
  });

  it('has the counts, the grades and the failures', () => {
    const { document } = new JSDOM(text).window;
    expect(document.querySelector('h2')?.textContent).toBe(
      'docdigitizer callbacks: 1 failed, 1 unstable, 1 passed, 1 not observed, 1 not applicable',
    );
    expect(document.querySelectorAll('details[open]')).toHaveLength(2);
  });
});

describe('the report for a terminal', () => {
  const text = textReport(sampleReport);

  it('says what failed first, with requests, diff, remedy and source', () => {
    expect(text).toMatch(/^FAILED {2}sequential-duplicate: A callback that comes twice takes effect once\n/);
    expect(text).toContain(
      "\n    +61 ms  consumer's request: GET /docdigitizer/api/v2/documents/7d0a-1 → 200",
    );
    expect(text).toContain('\n    -   "bookings": 1,\n    +   "bookings": 3,\n');
    expect(text).toContain('\n  Remedy: Store the identity');
    expect(text).toContain('\n  Source: Stripe: Handle duplicate events, https://docs.stripe.com');
    expect(text.indexOf('UNSTABLE')).toBeLessThan(text.indexOf('\nPassed\n'));
    expect(text).toContain('\n  duplicates    F\n');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/called by docdigitizer: 1 failed, .*; 4\.2 s$/);
  });

  it('gives text of the consumer no line of its own', () => {
    expect(hostile).toContain('\n# heading');
    expect(text).not.toMatch(/^# heading/m);
  });

  it('shows the last of many requests', () => {
    const sequential = sampleReport.rules[1];
    if (sequential === undefined) throw new Error('no rule');
    const [, rejected] = sequential.disturbances;
    if (rejected === undefined) throw new Error('no disturbance');
    const one = ruleText({ ...sequential, disturbances: [rejected] });
    expect(one).toContain('    (48 earlier requests)\n    +480 ms  callback: GET');
  });
});
