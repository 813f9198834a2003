/** One instruction, with its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** What follows one `FROM`. */
export interface Stage {
  readonly image: string;
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads a Dockerfile into its stages.
 * @throws {Error} if an instruction comes before the first `FROM`
 */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { image: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.name !== 'FROM') {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`line ${instruction.line}: no FROM before it`);
      stage.instructions.push(instruction);
      continue;
    }
    const [image = '', , name = null] = instruction.text.split(/\s+/);
    stages.push({ image, name, instructions: [] });
  }
  return stages;
}

function instructionsOf(file: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let text = '';
  let first: number | null = null;
  for (const [index, line] of file.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const goesOn = line.endsWith('\\');
    const part = goesOn ? line.slice(0, -1) : line;
    first ??= index + 1;
    text += part;
    if (goesOn) continue;
    const [, name = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
    instructions.push({ name: name.toUpperCase(), text: rest.trim(), line: first });
    text = '';
    first = null;
  }
  return instructions;
}

/** The words of an instruction in JSON form, such as `["ringback"]`. */
export function execForm({ name, text, line }: Instruction): readonly string[] {
  const words: unknown = JSON.parse(text);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new Error(`line ${line}: ${name} is not an array of strings`);
}

/** Whether `.dockerignore` leaves a path of the context out. Knows names, `*` and `**`, not `!`. */
export function isIgnored(path: string, patterns: readonly string[]): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return patterns.some((pattern) => prefixes.some((prefix) => globOf(pattern).test(prefix)));
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}
