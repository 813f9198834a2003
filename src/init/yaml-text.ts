import { stringify } from 'yaml';
import type { JsonValue } from '../core/json.ts';
import { clipped } from '../core/quoted.ts';

/** A value in one line of YAML: `{ status: paid }`, `[paid, failed]`. */
export function inline(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => written(item, true)).join(', ')}]`;
  return written(value, typeof value === 'object');
}

/** @param isInside whether it is part of `{…}` or `[…]`, where more texts need quotes */
function written(value: JsonValue, isInside: boolean): string {
  const text = stringify(value, { collectionStyle: isInside ? 'flow' : 'any', lineWidth: 0 }).trimEnd();
  return text.includes('\n') ? JSON.stringify(value) : text;
}

/** A comment, in lines at most as wide as a page. Empty for an empty text. */
export function comment(text: string): readonly string[] {
  const words = text.replace(/\p{C}/gu, ' ').trim();
  return words === '' ? [] : wrapped(words, 116).map((line) => `# ${line}`);
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/u)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** The first sentence of a description, without markup. Empty if there is none. */
export function firstSentence(description: string): string {
  const [paragraph = ''] = description.trim().split(/\r?\n\s*\r?\n/);
  const plain = paragraph
    .replace(/[`*]|^#+/g, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const [sentence = plain] = /^.{20,}?[.!?](?=\s|$)/u.exec(plain) ?? [];
  return clipped(sentence);
}
