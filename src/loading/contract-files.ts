import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Contract } from '../core/contract/contract.ts';
import { readContract } from '../core/contract/read-contract.ts';
import { references } from '../core/contract/references.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import { isJsonObject, type JsonObject, pointerOf } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import { describeProblem } from '../core/text-reading.ts';
import { checkCodeGeneration } from '../platform/code-generation.ts';
import { limitTime } from '../platform/limit-time.ts';
import { codeFolder } from './code-folder.ts';
import { shippedEngine } from './schema-engines.ts';
import { type BundledContract, readShipped } from './shipped.ts';
import { decodeText, unreadableReason } from './text-file.ts';

/** The input of `loadContract`, as read from disk. */
export interface ContractSources {
  readonly document: JsonObject;
  /** The files that the document refers to, by path relative to it, with `/` between folders. */
  readonly schemas: Map<string, JsonObject>;
  /** Absolute path of the document. */
  readonly file: string;
}

/** Both `src/` and `dist/` lie one level below the package's root. */
export const packageRoot: string = dirname(codeFolder);

const loading = new Map<BundledContract, Promise<Contract>>();

/**
 * The contract that comes with the package. All servers of a process share it, since nothing changes it.
 * @param name default: the contract of the bundled providers
 */
export function loadBundledContract(name: BundledContract = 'openapi.yaml'): Promise<Contract> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const made = loadShipped(name);
  loading.set(name, made);
  // Don't cache a transient failure such as EMFILE.
  made.catch(() => loading.delete(name));
  return made;
}

async function loadShipped(name: BundledContract): Promise<Contract> {
  const shipped = (await readShipped())?.contracts[name];
  const { document, schemas } =
    shipped === undefined
      ? await readContractFiles(join(packageRoot, name))
      : { document: shipped.document, schemas: new Map(Object.entries(shipped.schemas)) };
  // The tests of the package have compiled every schema of it.
  const contract = readContract(document, schemas, { compile: 'on-first-use', engine: shippedEngine(name) });
  bundled.add(contract);
  ofFiles.add(contract);
  return contract;
}

const bundled = new WeakSet<Contract>();
const ofFiles = new WeakSet<Contract>();

/** Whether the document of a contract may refer to other files. */
export function hasFiles(contract: Contract): boolean {
  return ofFiles.has(contract);
}

/** Whether a contract came with the package. Everything in the package was checked against that one. */
export function isBundled(contract: Contract): boolean {
  return bundled.has(contract);
}

/**
 * Loads a contract from your own OpenAPI document, YAML or JSON.
 * @throws {RingbackError} `contract.invalid`
 */
export async function loadContractFile(path: string): Promise<Contract> {
  checkCodeGeneration();
  const { document, schemas } = await readContractFiles(path);
  // Compiles everything, which a start with the bundled contract does not need.
  const { loadContract } = await import('../core/contract/load-contract.ts');
  const contract = loadContract(document, schemas, { limitTime });
  ofFiles.add(contract);
  return contract;
}

/**
 * Reads an OpenAPI document and the local files that its `$ref`s name, relative to the file that contains them. For
 * each `X.schema.json`, an `X.strict.schema.json` next to it is read too. Nothing is fetched from the network.
 * @param path default: the contract of the bundled providers
 * @throws {RingbackError} `contract.invalid` with one violation for each file that is missing, unreadable or not
 * allowed. Locations are `file:line:column`, or `file#pointer` of the `$ref`
 */
export async function readContractFiles(
  path: string = join(packageRoot, 'openapi.yaml'),
): Promise<ContractSources> {
  const file = resolve(path);
  const reader = new FileReader(dirname(file));
  const document = await reader.read(file, undefined);
  await reader.readRest();
  const first = reader.violations[0];
  if (document === undefined || first !== undefined) {
    throw new RingbackError('contract.invalid', {
      detail: `Could not read the contract ${path}. At ${first?.location}: ${first?.message}`,
      violations: reader.violations,
    });
  }
  return { document, schemas: reader.schemas, file };
}

/** One `$ref` and its place. */
interface Reference {
  readonly from: string;
  readonly pointer: string;
  readonly ref: string;
}

class FileReader {
  readonly schemas = new Map<string, JsonObject>();
  readonly violations: Violation[] = [];
  readonly #root: string;
  readonly #seen = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #remote: Reference[] = [];
  #waiting: Reference[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads a file and collects its `$ref`s. Returns undefined and adds a violation if the file is unreadable. */
  async read(path: string, origin: Reference | undefined): Promise<JsonObject | undefined> {
    this.#seen.add(path);
    const name = this.#name(path);
    const location = origin === undefined ? name : `${origin.from}#${origin.pointer}`;
    let text: string;
    try {
      const decoded = decodeText(await readFile(path));
      if ('problem' in decoded) {
        const message = `${fileIn(name, origin)} ${decoded.problem}`;
        this.violations.push({ location, code: 'file', message });
        return undefined;
      }
      text = decoded.text;
    } catch (error) {
      this.violations.push({ location, code: 'file', message: await unreadable(error, name, path, origin) });
      return undefined;
    }
    // Imports the YAML parser, which a start with the bundled contract does not need.
    const { readText } = await import('../core/read-text.ts');
    const isJson = name.endsWith('.json');
    const { documents, problems } = readText(text, isJson, limits);
    for (const problem of problems) {
      const location = `${name}:${problem.line}:${problem.column}`;
      this.violations.push({ location, code: isJson ? 'json' : 'yaml', message: describeProblem(problem) });
    }
    if (problems.length > 0) return undefined;
    const value = documents[0]?.value;
    if (!isJsonObject(value)) {
      const message = 'must have an object at its root; got something else';
      this.violations.push({ location: `${name}:1:1`, code: 'file', message });
      return undefined;
    }
    for (const { value: referring, tokens } of references(value)) {
      const { $ref, $id } = referring;
      if (typeof $id === 'string') this.#ids.add($id.replace(/#$/, ''));
      if (typeof $ref === 'string')
        this.#note({ from: name, pointer: pointerOf([...tokens, '$ref']), ref: $ref });
    }
    return value;
  }

  /** Reads the files that the files read so far refer to, until there are no more. */
  async readRest(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const path = resolve(this.#root, dirname(next.from), localPath(next.ref));
      if (this.#seen.has(path)) continue;
      await this.#keep(path, next);
      const strict = path.replace(/\.schema\.(json|ya?ml)$/, '.strict.schema.$1');
      const isNew = strict !== path && !path.includes('.strict.schema.') && !this.#seen.has(strict);
      if (isNew && (await exists(strict))) await this.#keep(strict, next);
    }
    for (const { from, pointer, ref } of this.#remote) {
      if (this.#ids.has(ref.replace(/#.*$/, ''))) continue;
      this.violations.push({
        location: `${from}#${pointer}`,
        code: 'ref',
        message: `the $ref "${ref}" is not a local file, and Ringback fetches nothing. Keep a copy next to the contract and refer to it by a relative path.`,
      });
    }
  }

  async #keep(path: string, origin: Reference): Promise<void> {
    const value = await this.read(path, origin);
    if (value !== undefined) this.schemas.set(this.#name(path), value);
  }

  #name(path: string): string {
    return relative(this.#root, path).split(sep).join('/');
  }

  #note(reference: Reference): void {
    if (reference.ref.startsWith('#')) return;
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(reference.ref)) this.#remote.push(reference);
    else this.#waiting.push(reference);
  }
}

/** Of one file of a contract. */
const limits = { maxDepth: 1000, maxValues: 1_000_000 };

function localPath(ref: string): string {
  const path = ref.replace(/[#?].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing is part of the file name.
    return path;
  }
}

/** The file as the subject of a sentence. */
function fileIn(name: string, origin: Reference | undefined): string {
  return origin === undefined ? 'the file' : `the $ref "${origin.ref}" names the file "${name}", which`;
}

async function unreadable(
  error: unknown,
  name: string,
  path: string,
  origin: Reference | undefined,
): Promise<string> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const who = fileIn(name, origin);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `${who} cannot be read: ${unreadableReason(error)}`;
  const folder = dirname(path);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return `${who} does not exist, and neither does its folder`;
  }
  return `${who} does not exist.${suggest(relative(folder, path), names)}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
