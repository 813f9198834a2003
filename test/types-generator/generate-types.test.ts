import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadDocument } from '../../src/loading/foreign/load-document.ts';
import { generateTypes } from '../../src/types-generator/generate-types.ts';
import { loadGeneratorPeers } from '../../src/types-generator/load-peers.ts';
import { generatorFolder, writeFiles } from './documents.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const documents = [
  'streams/openapi.yaml',
  'orders/openapi.yaml',
  'plain/openapi.json',
  'events/openapi.yaml',
] as const;

describe('generateTypes', () => {
  test.each(documents)('generateTypes writes the types of %s', async (document) => {
    const loaded = await loadDocument(at(`golden/${document}`));
    expect(loaded.notes).toEqual([]);
    const types = await generateTypes(loaded, loadGeneratorPeers(generatorFolder), document);
    await expect(types).toMatchFileSnapshot(at(`golden/${document.replace(/\.(yaml|json)$/, '.gen.ts')}`));
  });

  test('generateTypes writes types that compile and match the documents', () => {
    const compiler = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
    const tsc = join(compiler, 'bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', at('golden/tsconfig.json')], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('the payload of a callback with a method that has no types is unknown', async () => {
    const schema = { type: 'object', properties: { id: { type: 'string' } } };
    const NOTIFY = { requestBody: { content: { 'application/json': { schema } } }, responses: {} };
    const callbacks = { done: { '{$request.query.url}': { additionalOperations: { NOTIFY } } } };
    const post = { operationId: 'createJob', responses: {}, callbacks };
    const document = {
      openapi: '3.2.0',
      info: { title: 'Jobs', version: '1' },
      paths: { '/jobs': { post } },
    };
    const loaded = await loadDocument(join(writeFiles({ 'openapi.json': document }), 'openapi.json'));
    const types = await generateTypes(loaded, loadGeneratorPeers(generatorFolder), 'openapi.json');
    expect(types).toContain('"createJob.done": unknown;');
  });
});
