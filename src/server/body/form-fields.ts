import type { BodyContent, FormField } from '../../core/contract/contract.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { ReceivedFile, UnknownField } from '../../core/provider/provider.ts';
import { suggest } from '../../core/suggest.ts';

/** A parsed form, before validation. */
export interface Form {
  /** Its fields by name, coerced, without files. */
  readonly body: JsonObject;
  /** The value to validate: the fields, with file names in place of files. */
  readonly validated: JsonObject;
  readonly files: readonly ReceivedFile[];
  readonly unknownFields: readonly UnknownField[];
  /** Violations in how the fields were sent. */
  readonly violations: readonly Violation[];
}

/** Takes in the parts of a form, in the order of arrival. */
export interface FormSink {
  addText(name: string, text: string): void;
  /** Registers a file. Returns whether its bytes are received. */
  addFile(name: string, fileName: string): boolean;
  end(files: readonly ReceivedFile[]): Form;
}

/** `[Name]`. Browsers write a double quote in the name of a field as `%22`. */
const memberKey = /^\[(?!["']|%22)([^[\]]+)(?<!["']|%22)\]$/;

/** Longest name of a file, since `match.fileName` is compared with it. */
const maxFileNameLength = 1024;

/** Longer names are truncated in messages. */
const shownNameLength = 100;

/** Collects the parts of a form into one object, as the contract describes its fields. */
export class FormFields implements FormSink {
  readonly #fields: ReadonlyMap<string, FormField>;
  readonly #body: Record<string, JsonValue> = {};
  readonly #fileNames = new Map<string, string[]>();
  readonly #unknown = new Map<string, string>();
  readonly #unknownFiles: string[] = [];
  readonly #violations: Violation[] = [];

  constructor(content: BodyContent) {
    this.#fields = content.fields;
  }

  /** Adds a text field: `name=text`, or `name[key]=text` for an object. */
  addText(name: string, text: string): void {
    const field = this.#fields.get(name);
    if (field === undefined) this.#addMember(name, text);
    else if (field.kind === 'file') this.#refuseText(name, text);
    else if (field.kind === 'object') this.#refuseKey(name, name);
    else if (field.kind === 'list') this.#append(name, field.coerce(text) as JsonValue);
    else if (Object.hasOwn(this.#body, name)) this.#refuse(name, 'repeated', 'must not occur more than once');
    else {
      const value = field.coerce(text);
      if (value !== undefined) setOwn(this.#body, name, value as JsonValue);
    }
  }

  /** Registers a file. Returns whether the contract has the field. */
  addFile(name: string, fileName: string): boolean {
    const field = this.#fields.get(name);
    if (field === undefined) {
      this.#addUnknown(name);
      this.#unknownFiles.push(shorten(name));
    } else if (field.kind !== 'file')
      this.#refuse(name, 'text', 'must be a string field: a part without a filename');
    if (field?.kind !== 'file') return false;
    if (fileName.length > maxFileNameLength)
      this.#refuse(
        name,
        'maxLength',
        `must have a file name of at most ${maxFileNameLength} characters; got one of ${fileName.length}`,
      );
    const names = this.#fileNames.get(name);
    if (names === undefined) this.#fileNames.set(name, [fileName]);
    else if (field.repeated) names.push(fileName);
    else this.#refuse(name, 'repeated', 'must not occur more than once');
    return true;
  }

  end(files: readonly ReceivedFile[]): Form {
    const validated: Record<string, JsonValue> = { ...this.#body };
    for (const [name, fileNames] of this.#fileNames) {
      setOwn(validated, name, this.#fields.get(name)?.repeated === true ? fileNames : (fileNames[0] ?? ''));
    }
    if (this.#fileNames.size === 0) for (const name of this.#unknownFiles) this.#refuseFile(name);
    return {
      body: this.#body,
      validated,
      files,
      unknownFields: [...this.#unknown].map(([name, suggestion]) => ({ name, suggestion })),
      violations: this.#violations,
    };
  }

  #addMember(name: string, text: string): void {
    const base = /^[^[.]*/.exec(name)?.[0] ?? '';
    const field = this.#fields.get(base);
    const key = memberKey.exec(name.slice(base.length))?.[1];
    if (field?.kind === 'list' && name === `${base}[]`) {
      this.#append(base, field.coerce(text) as JsonValue);
    } else if (field?.kind === 'file') {
      this.#refuseText(name, text);
    } else if (field?.kind !== 'object') {
      this.#addUnknown(name);
    } else if (key === undefined || key === '__proto__') {
      this.#refuseKey(base, name);
    } else {
      this.#setMember(base, key, field.coerce(text) as JsonValue);
    }
  }

  /** @param given name of the form field, never its value, which may be a secret */
  #refuseKey(base: string, given: string): void {
    const message = `must be sent as one form field for each property, ${base}[Name]=value; got the form field ${JSON.stringify(shorten(given))}`;
    this.#refuse(base, 'key', message);
  }

  #refuseText(name: string, text: string): void {
    // An empty file input of a browser, from a client that gives the part no content type.
    if (text !== '') this.#refuse(name, 'file', 'must be a file: a part with a filename. Got a text field');
  }

  #refuseFile(name: string): void {
    const known = [...this.#fields].filter(([, { kind }]) => kind === 'file').map(([field]) => `"${field}"`);
    if (known.length > 0)
      this.#refuse(name, 'unknown-field', `is not a field of this form: send files in ${known.join(' or ')}`);
  }

  #setMember(base: string, key: string, value: JsonValue): void {
    const given = Object.hasOwn(this.#body, base) ? this.#body[base] : undefined;
    const members = typeof given === 'object' && given !== null ? (given as Record<string, JsonValue>) : {};
    if (Object.hasOwn(members, key)) {
      this.#refuse(base, 'repeated', `must not have the key ${JSON.stringify(shorten(key))} more than once`);
      return;
    }
    members[key] = value;
    setOwn(this.#body, base, members);
  }

  #append(name: string, item: JsonValue): void {
    const items = Object.hasOwn(this.#body, name) ? this.#body[name] : undefined;
    if (Array.isArray(items)) items.push(item);
    else setOwn(this.#body, name, [item]);
  }

  #addUnknown(name: string): void {
    const shown = shorten(name);
    if (this.#unknown.has(shown)) return;
    const bracket = shown.indexOf('[');
    this.#unknown.set(shown, suggest(bracket > 0 ? shown.slice(0, bracket) : shown, this.#fields.keys()));
  }

  #refuse(name: string, code: string, message: string): void {
    this.#violations.push({ location: `body/${name}`, code, message });
  }
}

function shorten(name: string): string {
  return name.length > shownNameLength ? `${name.slice(0, shownNameLength)}…` : name;
}
