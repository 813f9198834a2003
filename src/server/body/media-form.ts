import { decodeForm } from '../../core/contract/media/decode-form.ts';
import type { NamedTexts } from '../../core/contract/parameter-styles.ts';
import type { SchemaView } from '../../core/contract/schema-view.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Form, FormSink } from './form-fields.ts';
import type { FilePartReceiver } from './read-form.ts';

const uninspected = { type: null, width: null, height: null, problem: null } as const;

/**
 * Collects the parts of a form of any contract into one object. A file is its name there; a file whose property is an
 * object or an array of objects is what it contains, as browsers send JSON from a `Blob`.
 */
export class MediaForm implements FormSink {
  readonly #view: SchemaView;
  readonly #encoding: JsonObject | undefined;
  readonly #textBytes: number;
  readonly #pairs: [name: string, text: string][] = [];

  /** @param textBytes longest content of a file that is read as text */
  constructor(view: SchemaView, encoding: JsonObject | undefined, textBytes: number) {
    this.#view = view;
    this.#encoding = encoding;
    this.#textBytes = textBytes;
  }

  addText(name: string, text: string): void {
    this.#pairs.push([name, text]);
  }

  addFile(name: string, fileName: string): boolean {
    this.#pairs.push([name, fileName === '' ? name : fileName]);
    return true;
  }

  /** Counts the bytes of a file, whose pair is the last one. Its bytes are not kept. */
  readonly receive: FilePartReceiver = (field, fileName) => {
    const pair = this.#pairs.at(-1);
    const property = this.#view.property(field);
    const isRead = (property.has('array') ? property.item(0) : property).has('object');
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    return {
      write: (chunk) => {
        bytes += chunk.length;
        if (isRead && bytes <= this.#textBytes) chunks.push(Uint8Array.from(chunk));
      },
      end: () => {
        if (isRead && bytes <= this.#textBytes && pair !== undefined)
          pair[1] = Buffer.concat(chunks).toString('utf8');
        return { field, fileName, bytes, content: uninspected, blob: null };
      },
      discard: () => undefined,
    };
  };

  end(files: Form['files']): Form {
    const body = decodeForm(this.#pairs as NamedTexts, this.#view, this.#encoding, (text) => text);
    return { body, validated: body, files, unknownFields: [], violations: [] };
  }
}
