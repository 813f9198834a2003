import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/files/byte-source.ts';
import { inspectFile } from '../../src/files/inspect-file.ts';

const folder = fileURLToPath(new URL('../../examples/documents/', import.meta.url));

const expected = {
  'broken.pdf': 'corrupted',
  'contract.pdf': null,
  'notes.txt': 'type',
  'payslip.pdf': null,
  'protected.pdf': 'password',
  'tiny.png': 'dimensions',
};

describe('the example documents', () => {
  it('are those in the table', async () => {
    expect((await readdir(folder)).sort()).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s has the problem %s, and less than 30 KB', async (name, problem) => {
    const bytes = await readFile(`${folder}${name}`);
    expect(inspectFile(memorySource(bytes), 100).problem).toBe(problem);
    expect(bytes.length).toBeLessThan(30_000);
  });
});
