import { createRequire } from 'node:module';
import type { Element } from 'happy-dom';
import { expect } from 'vitest';

// A parser that follows the specification of XML, and shares nothing with the product. It has no types of its own.
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (
    xml: string,
    options: { contentType: string },
  ) => { readonly window: { readonly document: { readonly documentElement: Element } } };
};

export interface JunitCaseRead {
  readonly classname: string;
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly message: string | null;
  readonly type: string | null;
  readonly text: string;
}

/** Reads a JUnit report, and fails where it is not of the form that CI servers read. */
export function readJunit(xml: string): {
  readonly name: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCaseRead[];
} {
  const root = new JSDOM(xml, { contentType: 'application/xml' }).window.document.documentElement;
  expect(root.tagName).toBe('testsuites');
  const [suite, ...others] = [...root.children];
  expect(suite?.tagName).toBe('testsuite');
  expect(others).toEqual([]);
  const [properties, ...elements] = [...(suite?.children ?? [])];
  expect(properties?.tagName).toBe('properties');
  const cases = elements.map(readCase);
  for (const element of [root, suite]) {
    expect(namesOf(element)).toEqual(['errors', 'failures', 'name', 'skipped', 'tests', 'time']);
    expect(element?.getAttribute('name')).not.toBe('');
    expect(element?.getAttribute('time')).toMatch(/^\d+(\.\d+)?$/);
    const counts = ['tests', 'failures', 'skipped', 'errors'].map((name) => element?.getAttribute(name));
    const count = (result: string) => String(cases.filter((each) => each.result === result).length);
    expect(counts).toEqual([String(cases.length), count('failed'), count('skipped'), '0']);
  }
  expect(new Set(cases.map(({ classname, name }) => `${classname}/${name}`)).size).toBe(cases.length);
  return {
    name: suite?.getAttribute('name') ?? null,
    properties: Object.fromEntries(
      [...(properties?.children ?? [])].map((each) => {
        expect([each.tagName, ...namesOf(each)]).toEqual(['property', 'name', 'value']);
        return [each.getAttribute('name'), each.getAttribute('value')];
      }),
    ),
    cases,
  };
}

function readCase(element: Element): JunitCaseRead {
  expect([element.tagName, ...namesOf(element)]).toEqual(['testcase', 'classname', 'name']);
  expect(element.getAttribute('classname')).toMatch(/^ringback\.\S+$/);
  const [outcome, ...others] = [...element.children];
  expect(others).toEqual([]);
  const kind = outcome === undefined ? 'none' : outcome.tagName;
  const attributes = { none: [], skipped: ['message'], failure: ['message', 'type'] }[kind];
  expect(namesOf(outcome), kind).toEqual(attributes);
  return {
    classname: element.getAttribute('classname') ?? '',
    name: element.getAttribute('name') ?? '',
    result: kind === 'failure' ? 'failed' : kind === 'skipped' ? 'skipped' : 'passed',
    message: outcome?.getAttribute('message') ?? null,
    type: outcome?.getAttribute('type') ?? null,
    text: outcome?.textContent ?? '',
  };
}

function namesOf(element: Element | undefined): string[] {
  return [...(element?.attributes ?? [])].map(({ name }) => name).sort();
}
