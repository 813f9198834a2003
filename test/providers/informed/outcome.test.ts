import { expect, test } from 'vitest';
import { withSettings } from '../../../src/core/settings.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { bundledProviders } from '../../../src/providers/bundled.ts';
import { fileProblem } from '../../../src/providers/informed/file-problem.ts';
import { expandOutcome } from '../../../src/providers/informed/outcome.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { parseScenarioObject } from '../../support/parse-scenarios.ts';
import { goodPdf } from './world.ts';

const contract = await loadBundledContract();
const read = (outcome: object, timings: object) => () =>
  parseScenarioObject(
    { name: 'x', provider: 'informed', outcome, timings },
    { contract, providers: bundledProviders, source: 'test' },
  );

test('an outcome expands to a callback after each upload, quiet period and update', () => {
  expect(expandOutcome({}, {}, defaultSettings)).toEqual({
    submission: [],
    upload: [{ atMs: 5_000, callback: 'extractions' }],
    quiet: [{ atMs: 3_000, callback: 'verifications' }],
    update: [{ atMs: 3_000, callback: 'verifications' }],
  });
});

test('timings of 0 are valid, and override the settings', () => {
  const settings = withSettings(defaultSettings, {
    'informed.quietPeriod': '9s',
    'informed.extractionTime': '8s',
  });
  const triggers = expandOutcome({}, { extraction: 0, quiet: 0 }, settings);
  expect([triggers.upload?.[0]?.atMs, triggers.quiet?.[0]?.atMs]).toEqual([0, 0]);
  const defaults = expandOutcome({}, {}, settings);
  expect([defaults.upload?.[0]?.atMs, defaults.quiet?.[0]?.atMs]).toEqual([8_000, 9_000]);
});

test('an outcome without verifications has no step for them', () => {
  const triggers = expandOutcome({ verifications: 'none' }, {}, defaultSettings);
  expect([triggers.quiet, triggers.update]).toEqual([[], []]);
});

test.each([
  [{ extraction: 'lost' }, {}, '/outcome/extraction'],
  [{ documents: 'paystub' }, {}, '/outcome/documents'],
  [{ documents: ['paystub', ['w2']] }, {}, '/outcome/documents/1'],
  [{ verifications: { income: 'maybe' } }, {}, '/outcome/verifications/income'],
  [{ verifications: 'late' }, {}, '/outcome/verifications'],
  [{}, { extractoin: '1ms' }, '/timings/extractoin'],
])('the outcome %j with the timings %j is refused at %s when it is read', (outcome, timings, location) => {
  expect(read(outcome, timings)).toThrow(
    expect.objectContaining({
      code: 'scenario.invalid',
      violations: [expect.objectContaining({ location })],
    }),
  );
});

test('an unknown timing names the nearest', () => {
  expect(read({}, { quite: '1ms' })).toThrow('Did you mean "quiet"?');
});

test.each([
  ['a.pdf', {}, {}, null],
  ['a.PDF', {}, {}, null],
  ['scan.tif', {}, {}, null],
  ['no-extension', {}, {}, null],
  ['no-extension', {}, { problem: 'type' }, 'invalid-type'],
  ['v1.2021', {}, {}, null],
  ['a.pdf.exe', {}, {}, 'invalid-type'],
  ['a.docx', {}, {}, 'invalid-type'],
  ['a.numbers', {}, {}, 'invalid-type'],
  ['a.7z', {}, {}, 'invalid-type'],
  ['a.png', {}, { type: 'png', width: 100, height: 100 }, null],
  ['a.png', {}, { type: 'png', width: 100, height: 99 }, 'too-small'],
  ['a.png', {}, { type: 'png', width: 99, height: 100, problem: 'dimensions' }, 'too-small'],
  [
    'a.png',
    { 'informed.minImagePixels': 50 },
    { type: 'png', width: 99, height: 99, problem: 'dimensions' },
    null,
  ],
  ['a.pdf', {}, { problem: 'password' }, 'password-protected'],
  ['a.pdf', {}, { problem: 'corrupted' }, 'corrupted'],
  ['a.pdf', {}, { problem: 'damaged' }, null],
  ['a.pdf', { 'files.repairPdf': false }, { problem: 'damaged' }, 'corrupted'],
  ['a.pdf', { 'files.inspect': false }, { type: null, problem: 'type' }, null],
  ['a.pdf', { 'files.inspect': false }, { problem: 'password' }, null],
  ['a.png', { 'files.inspect': false }, { type: 'png', width: 9, height: 9, problem: 'dimensions' }, null],
  ['a.txt', { 'files.inspect': false }, { type: null, problem: 'type' }, 'invalid-type'],
  ['a.pdf', { 'files.inspect': false, 'informed.maxFileBytes': 1_233 }, {}, 'too-large'],
  ['a.pdf', { 'informed.maxFileBytes': 1_234 }, {}, null],
  ['a.pdf', { 'informed.maxFileBytes': 1_233 }, {}, 'too-large'],
] as const)(
  'a file %s with the settings %j and the content %j has the problem %j',
  (name, settings, content, expected) => {
    const file = { field: '', fileName: name, bytes: 1_234, content: { ...goodPdf, ...content }, blob: null };
    expect(fileProblem(name, file, withSettings(defaultSettings, settings))).toBe(expected);
  },
);
