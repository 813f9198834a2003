import { RingbackError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { CallbackTypes } from './callbacks.ts';
import { readWebhooks } from './callbacks.ts';
import type { Contract } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { entries, readContent, readObject, requiredText } from './openapi-objects.ts';
import { readOperations } from './operations.ts';
import { below, ContractFiles, nameOf, textOf } from './place.ts';
import { Problems } from './problems.ts';
import { readParameter } from './read-parameters.ts';
import type { SchemaEngine } from './schema-engine.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { serverHosts } from './servers.ts';

/**
 * `now` finds an invalid schema while loading. `on-first-use` is for a contract that is known to be valid: it starts
 * faster, and an invalid schema throws `contract.invalid` from its first validation.
 */
export interface ReadOptions {
  /** Default: `now`. */
  readonly compile?: 'now' | 'on-first-use';
  readonly engine: SchemaEngine;
}

/** Performs `loadContract`, with an engine from the caller. */
export function readContract(
  document: JsonObject,
  schemas: ReadonlyMap<string, JsonObject>,
  options: ReadOptions,
): Contract {
  refuseOtherVersions(document);
  const problems = new Problems();
  const files = new ContractFiles(document, schemas, problems);
  const registry = new SchemaRegistry(files, problems, options.engine);
  const reader: ContractReader = { files, problems, schemas: registry };
  readObject(reader, files.document, 'document');
  const info = below(files.document, 'info');
  const title = info === undefined ? '' : requiredText(reader, info, 'title', 'document');
  const version = info === undefined ? '' : requiredText(reader, info, 'version', 'document');
  if (info === undefined) problems.add('#', 'structure', 'a document must have "info"');

  readComponents(reader);
  const types: CallbackTypes = new Map();
  const operations = readOperations(reader, types);
  readWebhooks(reader, types);
  const callbacks = new Map([...types].map(([name, { type }]) => [name, type]));
  if (operations.length === 0 && callbacks.size === 0) {
    problems.add(
      '#',
      'structure',
      'a document must have an operation under "paths" or a callback under "webhooks"',
    );
  }
  if (problems.count === 0 && (options.compile ?? 'now') === 'now') reader.schemas.compileAll();
  problems.throwIfAny(title);
  return {
    title,
    version,
    serverHosts: serverHosts(document),
    operations,
    callbacks,
    basePaths: [],
    notes: [],
    document,
  };
}

function refuseOtherVersions(document: JsonObject): void {
  const version = document.openapi ?? document.swagger;
  if (typeof version === 'string' && /^3\.1\.\d+(-.+)?$/.test(version)) return;
  const got = version === undefined ? 'no "openapi"' : JSON.stringify(version);
  const message = `must be an OpenAPI 3.1 document, with e.g. openapi: 3.1.1; got ${got}`;
  throw new RingbackError('contract.invalid', {
    detail: `Could not load the contract: it ${message}.`,
    violations: [{ location: '#/openapi', code: 'version', message }],
  });
}

/** Checks the components that nothing may refer to yet. */
function readComponents(reader: ContractReader): void {
  const place = below(reader.files.document, 'components');
  const components = place && readObject(reader, place, 'components');
  if (components === undefined) return;
  for (const [, schema] of entries(reader, below(components, 'schemas'), 'an object'))
    reader.schemas.visit(schema);
  for (const [, parameter] of entries(reader, below(components, 'parameters'), 'an object'))
    readParameter(reader, parameter);
  for (const kind of ['requestBodies', 'responses'] as const) {
    for (const [, entry] of entries(reader, below(components, kind), 'an object')) {
      const found = readObject(reader, entry, kind === 'responses' ? 'response' : 'request body');
      if (found !== undefined) readContent(reader, found);
    }
  }
  const dialect = textOf(below(reader.files.document, 'jsonSchemaDialect'));
  if (dialect !== undefined && !/2020-12|oas\/3\.1\/dialect\/base/.test(dialect)) {
    const at = nameOf(reader.files.document);
    reader.problems.add(
      at,
      'schema',
      `jsonSchemaDialect must be JSON Schema 2020-12 or the base dialect; got "${dialect}"`,
    );
  }
}
