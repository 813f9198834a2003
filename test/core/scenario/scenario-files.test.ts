import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRingbackError } from '../../../src/core/errors.ts';
import { readScenarioFiles, shippedScenarios } from '../../../src/loading/scenario-files.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ringback-scenarios-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function put(name: string, content: string | Uint8Array = 'name: x'): Promise<string> {
  const file = join(directory, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  return file;
}

async function refused(paths: readonly string[]): Promise<string> {
  const error: unknown = await readScenarioFiles(paths).catch((reason: unknown) => reason);
  if (!isRingbackError(error)) throw new Error(`Expected a RingbackError, got ${String(error)}`);
  expect(error.code).toBe('scenario.invalid');
  return error.violations.map(({ location, message }) => `${basename(location)}: ${message}`).join('\n');
}

describe('readScenarioFiles', () => {
  test('reads the files of a directory and its subdirectories by name, and nothing else', async () => {
    await put('b.yml');
    await put('a.yaml', 'name: ä');
    await put('c/d.json', '{}');
    await put('c/notes.txt');
    await put('.hidden.yaml');
    await put('node_modules/x.yaml');
    const files = await readScenarioFiles([directory]);
    expect(files.map(({ file }) => file.slice(directory.length + 1))).toEqual([
      'a.yaml',
      'b.yml',
      join('c', 'd.json'),
    ]);
    expect(files[0]?.text).toBe('name: ä');
  });

  test('reads a file once when it is named twice', async () => {
    const file = await put('a.yaml');
    expect(await readScenarioFiles([file, directory, file])).toHaveLength(1);
  });

  test('reads nothing when no path is given', async () => {
    expect(await readScenarioFiles([])).toEqual([]);
  });

  test('names every path that cannot be read', async () => {
    const text = await put('notes.txt');
    const binary = await put('bytes.yaml', new Uint8Array([0xff, 0xfe, 0x00]));
    const huge = await put('huge.yaml', new Uint8Array(5 * 1024 * 1024));
    const empty = join(directory, 'empty');
    await mkdir(empty);
    expect(await refused([join(directory, 'gone.yaml'), text, empty, binary, huge])).toBe(
      [
        'gone.yaml: there is no such file or directory.',
        'notes.txt: got ".txt", expected one of .yaml, .yml, .json.',
        'empty: the directory has no .yaml, .yml, .json file.',
        'bytes.yaml: the file is UTF-16, expected UTF-8.',
        'huge.yaml: the file has 5242880 bytes, expected at most 1048576 characters. Split it into several files.',
      ].join('\n'),
    );
  });

  test('finds the shipped scenarios', async () => {
    const files = await readScenarioFiles([shippedScenarios]);
    expect(files.map(({ file }) => basename(file))).toContain('final-states.yaml');
  });
});
