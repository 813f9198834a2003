import type { FlatSchema } from './flat-schema.ts';
import { textOfPatterns } from './patterns.ts';
import { type TextSource, textOfFormat, textOfName } from './texts.ts';

/** Longer texts are not made, even if the schema demands them. */
const longest = 100_000;

/** A text that fits the schema, plausible for the name of the property. */
export function makeText(
  flat: FlatSchema,
  name: string,
  parent: string,
  source: TextSource,
  isVaried: boolean,
): string {
  const min = Math.min(flat.minLength, longest);
  const { maxLength } = flat;
  const fits = (text: string): boolean => {
    const { length } = [...text];
    return length >= min && length <= maxLength;
  };
  const ofFormat = flat.format === '' ? undefined : textOfFormat(flat.format, source, name);
  const usual = ofFormat ?? (flat.isBase64 ? textOfFormat('byte', source, name) : undefined);
  const preferred = variants(usual ?? textOfName(name, parent, source));
  if (flat.patterns.length > 0) {
    const text = textOfPatterns(flat.patterns, source.random, {
      minLength: min,
      maxLength,
      preferred,
      isVaried,
    });
    if (text !== undefined) return text;
  }
  const text = preferred[0] ?? '';
  const fitting = preferred.find(fits);
  if (fitting !== undefined) return fitting;
  return stretched(text, min, maxLength, usual !== undefined);
}

/** A moment as it is usually written, for schemas that demand a length or a pattern. */
function variants(text: string): readonly string[] {
  const moment = /^(.*T[\d:]+)Z$/.exec(text)?.[1];
  return moment === undefined
    ? [text]
    : [text, `${moment}.000Z`, `${moment}+00:00`, `${moment}.000+00:00`, moment];
}

function stretched(text: string, min: number, max: number, isFormatted: boolean): string {
  const limit = Math.min(max, longest);
  if ([...text].length > limit) return [...text].slice(0, limit).join('').trimEnd().padEnd(min, 'x');
  if (!isFormatted || !/^https?:/.test(text)) {
    const filler = text === '' ? 'text' : isFormatted ? text : `${text} ${text}`;
    return isFormatted
      ? text.padEnd(min, filler)
      : text.padEnd(min, ` ${filler}`).slice(0, limit).replace(/\s$/, 'x');
  }
  return text.padEnd(min, '0123456789');
}
