import { stringify } from 'yaml';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { comment, inline } from '../init/yaml-text.ts';

/** A step with what its comment says. */
export interface DraftedStep {
  readonly after: string;
  readonly callback: string;
  readonly notes: readonly string[];
  readonly query?: JsonObject;
  readonly payload?: JsonObject;
  readonly content?: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptOrder {
  readonly schema: string;
  readonly intro: readonly string[];
  readonly notes: readonly string[];
  readonly name: string;
  /** Null: the script need not name it. */
  readonly provider: string | null;
  readonly description: string;
  readonly steps: readonly DraftedStep[];
  readonly faults: readonly JsonObject[];
  readonly retry: object | null;
}

/** The text of a scenario file: YAML with comments. */
export function scriptText({
  schema,
  intro,
  notes,
  name,
  provider,
  description,
  steps,
  faults,
  retry,
}: ScriptOrder): string {
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    ...intro.map((line) => `# ${line}`),
    ...(notes.length > 0 ? ['#', ...notes.flatMap(comment)] : []),
    '',
    `name: ${inline(name)}`,
    ...(provider === null ? [] : [`provider: ${inline(provider)}`]),
    `description: ${inline(description)}`,
    'timeline:',
    ...steps.flatMap(stepLines),
    ...(faults.length > 0 ? ['faults:', ...faults.map((fault) => `  - ${inline(fault)}`)] : []),
    ...(retry === null ? [] : [`retry: ${inline(retry as JsonObject)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLines({
  after,
  callback,
  notes,
  query,
  payload,
  content,
  headers,
}: DraftedStep): readonly string[] {
  return [
    ...notes.flatMap(comment).map((line) => `  ${line}`),
    `  - after: ${after}`,
    `    callback: ${inline(callback)}`,
    ...Object.entries({ query, payload, headers, content }).flatMap(([name, value]) =>
      value === undefined ? [] : block(name, value),
    ),
  ];
}

/** A member of a step, over several lines. */
function block(name: string, value: JsonValue): readonly string[] {
  const text = stringify({ [name]: value }, { lineWidth: 0, indent: 2 }).replace(/\n$/, '');
  return text.split('\n').map((line) => `    ${line}`);
}
