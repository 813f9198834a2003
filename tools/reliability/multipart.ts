import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/contract-files.ts';
import type { Chance } from './chance.ts';

/** One part of a form, as it is written. */
export interface Part {
  /** Lines of its head, in order. */
  readonly head: readonly string[];
  readonly body: Buffer;
}

export function textPart(name: string, text: string): Part {
  return { head: [disposition(name)], body: Buffer.from(text) };
}

export const contractPdf = readFileSync(join(packageRoot, 'examples/documents/contract.pdf'));

/** So many files, of several kinds; none of their names asks for a script. */
export function fileParts(chance: Chance, count: number): Part[] {
  return Array.from({ length: count }, () => {
    const type = chance.pick(['application/pdf', 'image/png', 'application/octet-stream']);
    const body = chance.pick([contractPdf, Buffer.from('%PDF-1.4\n%%EOF'), Buffer.from('text')]);
    const name = `${chance.word()}.${chance.pick(['pdf', 'png', 'PDF', ''])}`;
    return { head: [disposition('files', name), `Content-Type: ${type}`], body };
  });
}

function disposition(name: string, file?: string): string {
  const quoted = (text: string): string => text.replace(/[\r\n"]/g, (found) => encodeURIComponent(found));
  return `Content-Disposition: form-data; name="${quoted(name)}"${file === undefined ? '' : `; filename="${quoted(file)}"`}`;
}

export function encodeForm(boundary: string, parts: readonly Part[], newline = '\r\n'): Buffer {
  const chunks = parts.flatMap(({ head, body }) => [
    Buffer.from(
      `--${boundary}${newline}${head.map((line) => `${line}${newline}`).join('')}${newline}`,
      'utf8',
    ),
    body,
    Buffer.from(newline),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--${newline}`)]);
}
