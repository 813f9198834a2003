import { beforeAll, describe, expect, test } from 'vitest';
import type { Contract } from '../../../src/core/contract/contract.ts';
import { loadContract } from '../../../src/core/contract/load-contract.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { mergePatch } from '../../../src/core/json.ts';
import { type ContractSources, readContractFiles } from '../../../src/loading/contract-files.ts';

let sources: ContractSources;
let contract: Contract;

beforeAll(async () => {
  sources = await readContractFiles();
  contract = loadContract(sources.document, sources.schemas);
});

const operationOf = (id: string, of: Contract = contract) => {
  const found = of.operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`the contract has no ${id}`);
  return found;
};

test('the operations are those of both providers', () => {
  expect(contract.operations.map(({ provider, id, method }) => `${provider} ${id} ${method}`).sort()).toEqual(
    [
      'docdigitizer annotateDocument POST',
      'docdigitizer annotateDocumentOfClass POST',
      'docdigitizer authenticate POST',
      'docdigitizer getDocument GET',
      'docdigitizer getDocumentAssets GET',
      'docdigitizer getDocumentV1 GET',
      'docdigitizer getTask GET',
      'docdigitizer listTasks GET',
      'docdigitizer submitDocument POST',
      'informed addDocuments POST',
      'informed downloadDocument GET',
      'informed getApplication GET',
      'informed listApplications GET',
      'informed registerApplication POST',
      'informed updateApplication PUT',
      'informed uploadFile PUT',
    ],
  );
});

test('the callbacks are those of both providers, with their methods and parameters', () => {
  const told = [...contract.callbacks.values()].map(({ type, methods, query, hasBody }) =>
    [type, methods.join(), query.join(), hasBody ? 'body' : ''].join(' '),
  );
  expect(told.sort()).toEqual([
    'docdigitizer.documentState GET,POST documentId,state,stateText ',
    'docdigitizer.documentStateOverview GET,POST doc_id,status ',
    'docdigitizer.documentStateV1 GET,POST docid,status ',
    'informed.error POST  body',
    'informed.extractions POST  body',
    'informed.verifications POST  body',
  ]);
});

test('every schema of the files and of the document is checked', () => {
  const { document, schemas } = sources;
  const withTypo = (schema: unknown): JsonObject => ({ ...(schema as JsonObject), requird: [] });
  const load = (given: JsonObject, files: typeof schemas) => () =>
    loadContract(given, files, { compile: 'on-first-use' });
  for (const [file, schema] of schemas) {
    expect(load(document, new Map([...schemas, [file, withTypo(schema)]])), file).toThrow(`${file}#/requird`);
  }
  const components = document.components as JsonObject;
  const own = components.schemas as JsonObject;
  for (const [name, schema] of Object.entries(own)) {
    if (Object.hasOwn(schema as JsonObject, '$ref')) continue;
    const broken = { ...components, schemas: { ...own, [name]: withTypo(schema) } };
    expect(load({ ...document, components: broken }, schemas), name).toThrow(`/${name}/requird`);
  }
  expect(schemas.size).toBeGreaterThan(12);
});

test('every callback has examples, and each is valid loosely and strictly', () => {
  let count = 0;
  for (const { type, examples, validate, validateStrict } of contract.callbacks.values()) {
    expect(examples.length, type).toBeGreaterThan(0);
    for (const example of examples) {
      expect(validate(example), type).toEqual([]);
      expect(validateStrict(example), type).toEqual([]);
      count++;
    }
  }
  expect(count).toBeGreaterThanOrEqual(contract.callbacks.size);
});

test('the strict variant of every callback refuses a property that the loose one allows', () => {
  for (const { type, examples, validate, validateStrict } of contract.callbacks.values()) {
    const more = { ...examples[0], ringback_unknown: 1 };
    expect(validate(more), type).toEqual([]);
    expect(
      validateStrict(more).map(({ code }) => code),
      type,
    ).toContain('additionalProperties');
  }
});

describe('submitDocument', () => {
  const form = () => {
    const content = operationOf('submitDocument').requestBody?.content.get('multipart/form-data');
    if (content === undefined) throw new Error('submitDocument takes no form');
    return content;
  };

  test('reads the fields of its form', () => {
    expect([...form().fields].map(([name, { kind, repeated }]) => `${name} ${kind} ${repeated}`)).toEqual([
      'files file true',
      'document_class value false',
      'useHumanRevision value false',
      'isSync value false',
      'callbackUrl value false',
      'callback_method value false',
      'callback_headers object false',
    ]);
    expect(form().fields.get('isSync')?.coerce('true')).toBe(true);
  });

  test('declares the three forms of its callback, at the URL of the submission', () => {
    expect(operationOf('submitDocument').callbacks).toEqual(
      ['documentState', 'documentStateOverview', 'documentStateV1'].map((name) => ({
        type: `docdigitizer.${name}`,
        expression: '{$request.body#/callbackUrl}',
      })),
    );
  });

  test('reports the violations of a form', () => {
    expect(form().validate({ files: ['a.pdf'], callback_method: 'GET' })).toEqual([]);
    const found = form().validate({ files: [], callback_method: 'PUT', isSync: 'maybe' });
    expect(found.map(({ location, code }) => `${location} ${code}`).sort()).toEqual([
      '/callback_method enum',
      '/files minItems',
      '/isSync type',
    ]);
  });
});

test('the class in a path follows a colon', () => {
  const { path, parameters } = operationOf('annotateDocumentOfClass');
  expect(path).toBe('/docdigitizer/api/v1/documents/annotate:{document_class}');
  expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual([
    'document_class',
  ]);
});

test('an upload is raw bytes of any type', () => {
  expect(operationOf('uploadFile').requestBody?.content.get('*/*')).toMatchObject({ binary: true });
});

test('the limit of listApplications has the default and the maximum that the provider documents', () => {
  const limit = operationOf('listApplications').parameters.find(({ name }) => name === 'limit');
  expect(limit?.default).toBe(25);
  expect(limit?.validate(limit.coerce('1000'))).toEqual([]);
  expect(limit?.validate(limit.coerce('1001'))).toHaveLength(1);
});

test('a path renamed and a field made required in the document change the operations', () => {
  const paths = sources.document.paths as JsonObject;
  const path = operationOf('registerApplication').path;
  const changed = mergePatch(sources.document, {
    paths: { [path]: null, '/elsewhere/{product}': paths[path] ?? null },
    components: { schemas: { Submission: { required: ['files', 'document_class'] } } },
  }) as JsonObject;
  const after = loadContract(changed, sources.schemas);
  expect(operationOf('registerApplication', after).path).toBe('/elsewhere/{product}');
  const form = operationOf('submitDocument', after).requestBody?.content.get('multipart/form-data');
  expect(form?.validate({ files: ['a.pdf'] }).map(({ message }) => message)).toEqual([
    'must have the property "document_class"',
  ]);
});

test('the control contract loads too, without callbacks', async () => {
  const { document, schemas, file } = await readContractFiles(
    sources.file.replace(/openapi\.yaml$/, 'openapi.control.yaml'),
  );
  const control = loadContract(document, schemas);
  expect(file).toMatch(/openapi\.control\.yaml$/);
  expect(control.callbacks.size).toBe(0);
  expect(new Set(control.operations.map(({ provider }) => provider))).toEqual(new Set(['control']));
  expect(control.operations.every(({ path }) => /^\/(_ringback(\/|$)|$)/.test(path))).toBe(true);
});
