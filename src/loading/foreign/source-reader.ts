import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ContractNote } from '../../core/contract/contract.ts';
import type { SourceFile } from '../../core/contract/upgrade/file-references.ts';
import { suggest } from '../../core/suggest.ts';
import type { Position } from '../../core/text-lines.ts';
import type { LocatedDocument } from '../../core/text-reading.ts';
import { decodeText, unreadableReason } from '../text-file.ts';
import { parseSource } from './parse-source.ts';

/** The most bytes that one contract may have, with all its files. */
const maxBytes: number = 96 * 1024 * 1024;

/** Reads the files of one contract, and finds the lines of what is in them. */
export class SourceReader {
  /** About the texts themselves. */
  readonly notes: ContractNote[] = [];
  /** Absolute paths of the local files that were read, or that are missing. */
  readonly paths: string[] = [];
  readonly #positions = new Map<ContractNote, Position>();
  readonly #places = new Map<string, LocatedDocument['locate']>();
  readonly #folder: string;
  readonly #main: string;
  readonly #fetch: ((url: string, most: number) => Promise<Uint8Array>) | null;
  #bytes = 0;

  /**
   * @param path absolute path of the document
   * @param fetch null: nothing is fetched from the network
   */
  constructor(path: string, fetch: ((url: string, most: number) => Promise<Uint8Array>) | null) {
    this.#folder = dirname(path);
    this.#main = path;
    this.#fetch = fetch;
  }

  /** @param name as in {@link SourceFile}: empty for the document */
  async read(name: string): Promise<SourceFile> {
    try {
      const bytes = await this.#bytesOf(name);
      const decoded = decodeText(bytes);
      if ('problem' in decoded) {
        const advice = decoded.problem.includes('UTF-16')
          ? '. Convert it, e.g. iconv -f UTF-16 -t UTF-8'
          : '';
        return unusable(name, decoded.problem + advice);
      }
      const parsed = await parseSource(decoded.text);
      if ('problem' in parsed) return unusable(name, `${parsed.problem.message}${placeIn(parsed.problem)}`);
      for (const { line, column, message } of parsed.forgiven) {
        const note: ContractNote = { kind: 'forgiven', file: name, pointer: '', message };
        this.#positions.set(note, { line, column });
        this.notes.push(note);
      }
      this.#places.set(name, parsed.locate);
      return { name, value: parsed.value, problem: null, aliases: parsed.aliases };
    } catch (error) {
      return unusable(name, error instanceof Refusal ? error.message : await this.#unreadable(error, name));
    }
  }

  /** The line and column of a note, or null. */
  locate(note: ContractNote): Position | null {
    return (
      this.#positions.get(note) ??
      this.#places.get(note.file)?.({ pointer: note.pointer, atKey: true }) ??
      null
    );
  }

  async #bytesOf(name: string): Promise<Uint8Array> {
    if (isUrl(name)) {
      if (this.#fetch === null)
        throw new Refusal(
          'is remote. Start with --allow-remote-refs to fetch it, or keep a copy beside the contract',
        );
      const bytes = await this.#fetch(name, maxBytes - this.#bytes);
      this.#count(bytes.length);
      return bytes;
    }
    const path = this.#pathOf(name);
    this.paths.push(path);
    const { size } = await stat(path);
    // Before it is read, since several files are read at a time.
    this.#count(size);
    return await readFile(path);
  }

  #count(bytes: number): void {
    if (this.#bytes + bytes > maxBytes) throw new Refusal(tooLarge(bytes));
    this.#bytes += bytes;
  }

  #pathOf(name: string): string {
    return name === '' ? this.#main : join(this.#folder, name);
  }

  async #unreadable(error: unknown, name: string): Promise<string> {
    const reason = unreadableReason(error);
    if (!/no such file/.test(reason))
      return isUrl(name) ? `cannot be fetched: ${reason}` : `cannot be read: ${reason}`;
    const path = this.#pathOf(name);
    try {
      return `does not exist.${suggest(basename(path), await readdir(dirname(path)))}`;
    } catch {
      return 'does not exist, and neither does its folder';
    }
  }
}

class Refusal extends Error {}

export function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(name);
}

function unusable(name: string, problem: string): SourceFile {
  return { name, value: undefined, problem, aliases: false };
}

function placeIn({ line, column }: Position): string {
  return line === 1 && column === 1 ? '' : ` (line ${line}, column ${column})`;
}

function tooLarge(size: number): string {
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  return `is too large: got ${megabytes(size)}, expected at most ${megabytes(maxBytes)} for a contract with all its files. Remove what your consumer does not need`;
}
