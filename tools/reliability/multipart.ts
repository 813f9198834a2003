import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/loading/contract-files.ts';
import type { Chance } from './chance.ts';

/** One part of a form, as written. */
export interface Part {
  /** Lines of its head, in order. */
  readonly head: readonly string[];
  readonly body: Buffer;
}

export function textPart(name: string, text: string): Part {
  return { head: [disposition(name)], body: Buffer.from(text) };
}

const [contract = Buffer.alloc(0), ...others] = [
  'contract.pdf',
  'payslip.pdf',
  'protected.pdf',
  'broken.pdf',
  'tiny.png',
].map((name) => readFileSync(join(packageRoot, 'examples/documents', name)));
export const contractPdf = contract;

/** A document, unchanged or with some bytes changed, duplicated or cut off. */
function fileBytes(chance: Chance): Buffer {
  const bytes = Buffer.from(
    chance.pick([contractPdf, ...others, Buffer.from('%PDF-1.4\n%%EOF'), Buffer.from('text')]),
  );
  const [from, to] = [chance.int(0, bytes.length), chance.int(0, bytes.length)];
  return chance.pick([
    () => bytes,
    () => bytes,
    () => bytes.subarray(0, to),
    () => Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]),
    () => {
      for (let count = chance.int(1, 20); count > 0; count--)
        bytes[chance.int(0, bytes.length - 1)] = chance.int(0, 255);
      return bytes;
    },
  ])();
}

/** The given number of files of several kinds, intact and damaged; no file name selects a script. */
export function fileParts(chance: Chance, count: number): Part[] {
  return Array.from({ length: count }, () => {
    const type = chance.pick(['application/pdf', 'image/png', 'application/octet-stream']);
    const body = fileBytes(chance);
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
