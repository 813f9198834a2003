import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced code block and its place. */
export interface CodeBlock {
  /** Path relative to the root. */
  readonly file: string;
  /** 1-based line of its first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** `README.md:12` */
  readonly place: string;
}

/** Every page for users: the README, CONTRIBUTING, SECURITY and all of docs/, by path relative to the root. */
export function pages(): readonly string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const found = docs
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...found.sort()];
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The fenced blocks of a page, in their order. */
export function codeBlocks(file: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { line: number; language: string; lines: string[] } | null = null;
  for (const [index, text] of read(file).split('\n').entries()) {
    const fence = /^```(\S*)\s*$/.exec(text);
    if (open === null) {
      if (fence !== null) open = { line: index + 2, language: fence[1] ?? '', lines: [] };
    } else if (text === '```') {
      const { line, language, lines } = open;
      blocks.push({ file, line, language, code: lines.join('\n'), place: `${file}:${line}` });
      open = null;
    } else {
      open.lines.push(text);
    }
  }
  if (open !== null) throw new Error(`${file}:${open.line}: the block of code has no end.`);
  return blocks;
}

/** A page without its fenced blocks. */
export function prose(file: string): string {
  return withoutBlocks(read(file));
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** The targets of a text's links and pictures, without those on the web. */
export function links(text: string): readonly string[] {
  const targets = [
    ...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|<(?:img|source)\b[^>]*?\bsrc(?:set)?="([^"]+)"/g),
  ].map(([, link, picture]) => link ?? picture ?? '');
  return targets.filter((target) => !/^https?:/.test(target));
}

/** The inline code outside of fenced blocks. */
export function inlineCode(file: string): readonly string[] {
  return [...prose(file).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
}
