import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import type { TextReading, TextRules } from './text-reading.ts';

/**
 * Reads a YAML 1.2 or JSON text as JSON values. Each key is a string and occurs once. Aliases are resolved within bounds:
 * circular or exponential ones are problems and cannot block the process.
 * @param isJson whether the text must be JSON. JSON is also YAML, but is read much faster
 */
export function readText(text: string, isJson: boolean, rules: TextRules): TextReading {
  if (isJson) return readJson(text, rules);
  if (/^\s*\{/.test(text)) {
    const reading = readJson(text, rules);
    // YAML allows more: comments, strings without quotes, commas at the end.
    if (!reading.problems.some(({ code }) => code === 'json' || code === 'too-deep')) return reading;
  }
  return readYaml(text, rules);
}
