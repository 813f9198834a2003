import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/core/scenario/scenario.ts';
import { codeBlocks, read, root } from '../docs/markdown.ts';
import { scenarioSchema } from '../support/bundled.ts';
import { parseScenarios } from '../support/parse-scenarios.ts';
import { makeStage, world } from './stage.ts';
import { logOf } from './stage-log.ts';

const guide = 'docs/scenarios.md';
const blocks = codeBlocks(guide);

interface Example {
  readonly place: string;
  readonly scenarios: readonly Scenario[];
  /** What arrives according to the guide; null where it does not say. */
  readonly arrives: string | null;
}

const examples: readonly Example[] = blocks.flatMap((block, index) => {
  if (block.language !== 'yaml') return [];
  const next = blocks[index + 1];
  return [
    {
      place: block.place,
      scenarios: parseScenarios(block.code, { file: block.place, ...world }),
      arrives: next?.language === 'text' ? next.code : null,
    },
  ];
});

/** Plays a scenario as the guide does: by its `match` if it has one, otherwise by its name. */
async function play(scenario: Scenario, all: readonly Scenario[]): Promise<string[]> {
  const stage = makeStage({ scenarios: all });
  const { match, provider } = scenario;
  const fileName = match?.fileName?.replaceAll('*', '7');
  const { id, runId } = await stage.submit(provider, {
    ...(match === null ? { scenario: scenario.name } : { fields: match.body ?? {} }),
    ...(fileName === undefined ? {} : { files: [fileName] }),
  });
  await stage.settle();
  const run = await stage.space.store.runs.get(runId);
  expect([run?.scenario, run?.choice.rule]).toEqual([
    `${provider}/${scenario.name}`,
    match === null ? 'header' : 'match',
  ]);
  const before = stage.apiFaults.length;
  await stage.show(provider, id);
  expect(stage.defects).toEqual([]);
  return [
    ...stage.apiFaults.slice(0, before).map((fault) => `API ${fault}`),
    ...logOf(stage),
    ...stage.apiFaults.slice(before).map((fault) => `API ${fault}`),
  ];
}

describe('the guide to scenarios', () => {
  test.each(examples)('the guide plays what it says at $place', async ({ scenarios, arrives }) => {
    const lines: string[] = [];
    for (const scenario of scenarios) {
      if (scenarios.length > 1) lines.push(scenario.name);
      lines.push(...(await play(scenario, scenarios)));
    }
    if (arrives !== null) expect(lines.join('\n')).toBe(arrives);
  });

  test('the guide shows what arrives for every example except the random one', () => {
    expect(examples.length).toBeGreaterThan(15);
    const silent = examples.filter(({ arrives }) => arrives === null).flatMap(({ scenarios }) => scenarios);
    expect(silent.map(({ name }) => name)).toEqual(['one-in-two-is-lost']);
  });

  test('the guide has an example of every key of a scenario, for both providers where both have it', () => {
    const keys = Object.keys(scenarioSchema.properties as object).filter((key) => key !== '$schema');
    const text = blocks.filter(({ language }) => language === 'yaml').map(({ code }) => code);
    const shown = (key: string): boolean => text.some((code) => new RegExp(`^${key}:`, 'm').test(code));
    expect(keys.filter((key) => !shown(key))).toEqual([]);
    const scenarios = examples.flatMap((example) => example.scenarios);
    for (const provider of ['docdigitizer', 'informed']) {
      const own = scenarios.filter((scenario) => scenario.provider === provider);
      const has = {
        outcome: own.some(({ outcome }) => outcome !== null),
        timings: own.some(({ timingsMs }) => Object.keys(timingsMs).length > 0),
        timeline: own.some(({ timeline }) => timeline !== null),
        match: own.some(({ match }) => match !== null),
        faults: own.some(({ faults }) => faults.length > 0),
        retry: own.some(({ retry }) => retry !== null),
        respond: own.some(({ respond }) => respond.length > 0),
        settings: own.some(({ settings }) => Object.keys(settings).length > 0),
      };
      expect([provider, Object.entries(has).filter(([, there]) => !there)]).toEqual([provider, []]);
    }
  });

  test('the guide names a schema that an editor finds from the folder of the file, after npm install', async () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(read(guide)) ?? [];
    const consumer = await mkdtemp(join(tmpdir(), 'ringback-consumer-'));
    try {
      await mkdir(join(consumer, 'node_modules'));
      await symlink(root, join(consumer, 'node_modules/ringback'));
      const schema = resolve(join(consumer, 'scenarios'), path);
      const text = readFileSync(schema, 'utf8');
      expect(JSON.parse(text).title).toBe(scenarioSchema.title);
      const parts = [...text.matchAll(/"\$ref": "([^#"]+)"/g)].map((match) => match[1] ?? '');
      expect(parts.length).toBe(2);
      expect(parts.filter((part) => !existsSync(join(dirname(schema), part)))).toEqual([]);
    } finally {
      await rm(consumer, { recursive: true });
    }
    expect(JSON.parse(read('package.json')).files).toContain('schemas');
  });

  test('the guide shows an error exactly as Ringback reports it', () => {
    const shown = blocks.find(({ code }) => code.startsWith('ringback: '))?.code ?? '';
    const text = 'name: late\nprovider: docdigitizer\noutcome: { final: annotated }\nfualts: []\n';
    expect(() => parseScenarios(text, { file: 'late.yaml', ...world })).toThrow(
      shown.replace('ringback: ', ''),
    );
  });
});
