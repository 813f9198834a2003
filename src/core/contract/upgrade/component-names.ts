import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject, pointerOf } from '../../json.ts';
import { componentName, type FilePlace } from './component-name.ts';
import type { FileReferences, Target } from './file-references.ts';
import { sections } from './object-kinds.ts';

/** The names of the components that other files become. */
export class ComponentNames {
  /** Components of the document that only refer to a file of their own name: they become what they refer to. */
  readonly adopted = new Map<JsonValue, Target>();
  readonly #references: FileReferences;
  /** By section and place. */
  readonly #names = new Map<string, string>();
  readonly #taken = new Map<string, Set<string>>();

  constructor(references: FileReferences) {
    this.#references = references;
  }

  /** Names the targets of the document's own components. Returns the files that have to be read first. */
  adopt(): string[] {
    const pending = new Set<string>();
    const document = this.#references.files.get('')?.value;
    const components = isJsonObject(document) && isJsonObject(document.components) ? document.components : {};
    for (const section of new Set(Object.values(sections))) {
      const map = components[section];
      if (!isJsonObject(map)) continue;
      if (typeof map.$ref === 'string') this.#adoptMap(section, map.$ref, pending);
      else for (const [name, entry] of Object.entries(map)) this.#adoptEntry(section, name, entry, pending);
    }
    return [...pending];
  }

  /** A map of components that is in another file. */
  #adoptMap(section: string, ref: string, pending: Set<string>): void {
    const found = this.#references.find(ref, '', null);
    if ('pending' in found) pending.add(found.pending);
    if (!('target' in found) || !isJsonObject(found.target.value)) return;
    const { file, tokens, value } = found.target;
    for (const name of Object.keys(value as JsonObject)) {
      this.#take(section, name);
      this.#claim(section, { file, tokens: [...tokens, name] }, name);
    }
  }

  #adoptEntry(section: string, name: string, entry: JsonValue, pending: Set<string>): void {
    this.#take(section, name);
    if (!isJsonObject(entry) || typeof entry.$ref !== 'string' || Object.keys(entry).length > 1) return;
    if (this.adopted.has(entry)) return;
    const found = this.#references.find(entry.$ref, '', null);
    if ('pending' in found) pending.add(found.pending);
    if (!('target' in found) || found.target.file === '') return;
    const isSame = bare(componentName(found.target)) === bare(name);
    if (isSame && this.#claim(section, found.target, name)) this.adopted.set(entry, found.target);
  }

  /** The name of the component that a place is, or undefined. */
  get(section: string, place: FilePlace): string | undefined {
    return this.#names.get(keyOf(section, place));
  }

  /** Names a place by its key or file, followed by a number if that name is taken. */
  choose(section: string, place: FilePlace): string {
    const wanted = componentName(place);
    const taken = this.#taken.get(section);
    let name = wanted;
    for (let number = 2; taken?.has(name); number++) name = `${wanted}${number}`;
    this.#take(section, name);
    this.#claim(section, place, name);
    return name;
  }

  #claim(section: string, place: FilePlace, name: string): boolean {
    const key = keyOf(section, place);
    if (this.#names.has(key)) return false;
    this.#names.set(key, name);
    return true;
  }

  #take(section: string, name: string): void {
    const taken = this.#taken.get(section);
    if (taken === undefined) this.#taken.set(section, new Set([name]));
    else taken.add(name);
  }
}

function keyOf(section: string, { file, tokens }: FilePlace): string {
  return `${section} ${file}#${pointerOf(tokens)}`;
}

/** A name without what authors write differently in files and components. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
