import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generatorFolder, writeFiles } from '../types-generator/documents.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const generated = new URL('../../src/types/contract.gen.ts', import.meta.url);

/** Runs `ringback types` where openapi-typescript is installed, or elsewhere. */
function types(args: readonly string[], cwd = generatorFolder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'types', ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const withoutHeader = (text: string): string => text.slice(text.indexOf('\n\n'));

describe('ringback types', () => {
  test('types writes the same types of the bundled contract that ringback/types exports', () => {
    const { status, stdout, stderr } = types([]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('// Made from openapi.yaml by "ringback types".');
    expect(withoutHeader(stdout)).toBe(withoutHeader(readFileSync(generated, 'utf8')));
  });

  test('types writes to the file that --out names', () => {
    const folder = writeFiles({
      'openapi.yaml': 'openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths: {}',
    });
    const out = join(folder, 'api.ts');
    expect(types([join(folder, 'openapi.yaml'), '--out', out])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(out, 'utf8')).toContain('export type paths = Record<string, never>');
  });

  test.each(['3.0.3', '3.1.0', '3.2.0'])('types writes the types of OpenAPI %s', (version) => {
    const text = `openapi: ${version}
info: { title: A, version: "1" }
paths: {}
components: { schemas: { A: { type: string, nullable: true }, B: { properties: { a: { $ref: "#/components/schemas/A" } } } } }`;
    const { status, stdout } = types([join(writeFiles({ 'openapi.yaml': text }), 'openapi.yaml')]);
    expect(status).toBe(0);
    expect(stdout).toContain('A: string | null;');
    expect(stdout).toContain('a?: components["schemas"]["A"];');
  });

  test('types says what it has left out, and writes the rest', () => {
    const text =
      'openapi: 3.1.0\npaths: { /a: { get: { responses: { "200": { $ref: "#/components/responses/Fine" } } }, $ref: elsewhere.json } }';
    const { status, stdout, stderr } = types([join(writeFiles({ 'openapi.yaml': text }), 'openapi.yaml')]);
    expect(status).toBe(0);
    expect(stdout).toContain('"/a": {');
    expect(stderr.split('\n')).toEqual([
      '#/paths/~1a: unsupported: The $ref "elsewhere.json" names the file "elsewhere.json", which does not exist. It is left out.',
      '#/paths/~1a/get/responses/200: unsupported: The $ref "#/components/responses/Fine" points to nothing: # has no "components". It is left out.',
      '',
    ]);
  });

  test.each<[string, string, RegExp]>([
    [
      'a file that is no OpenAPI',
      'title: Notes',
      /got an object with the keys title, expected an OpenAPI document/,
    ],
    ['Swagger', 'swagger: "2.0"', /got Swagger 2\.0, expected OpenAPI 3\.0, 3\.1 or 3\.2\. Convert it/],
    [
      'broken YAML',
      'openapi: [3.1.0',
      /openapi\.yaml: the file is not valid YAML: .* \(line 1, column \d+\)/,
    ],
  ])('exits 3 and says why for %s', (_name, openapi, message) => {
    const { status, stdout, stderr } = types([join(writeFiles({ 'openapi.yaml': openapi }), 'openapi.yaml')]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('defect');
  });

  test('exits 3 for an --out that cannot be written', () => {
    const { status, stderr } = types(['--out', join(writeFiles({}), 'no', 'folder.ts')]);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /Could not write the types to .*folder\.ts: ENOENT.*Give --out a path in a folder/,
    );
  });

  test('exits 3 and says how to install openapi-typescript when it is missing', () => {
    const { status, stderr } = types([], writeFiles({}));
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /openapi-typescript is not installed\. Install it together with .*npm install --save-dev openapi-typescript@7 typescript@5/,
    );
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'finds TypeScript 7',
      {
        'node_modules/openapi-typescript/index.js': '',
        'node_modules/typescript/index.js': 'exports.version = "7.0.2"',
      },
      /finds TypeScript 7\.0\.2 \(.*\), which lacks the required API\. Expected TypeScript 5/,
    ],
    [
      'is of a version without its API',
      {
        'node_modules/openapi-typescript/package.json': '{"version":"6.7.6"}',
        'node_modules/openapi-typescript/index.js': 'module.exports = () => {}',
        'node_modules/typescript/index.js': 'exports.factory = { createInterfaceDeclaration() {} }',
      },
      /openapi-typescript 6\.7\.6 is installed \(.*\), expected version 7\./,
    ],
  ])('exits 3 when openapi-typescript %s', (_name, files, message) => {
    const { status, stderr } = types([], writeFiles(files));
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
  });
});
