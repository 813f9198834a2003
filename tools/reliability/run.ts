import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/loading/contract-files.ts';

/**
 * Runs the attacks one after the other, as CI does: at most three minutes in total on two cores. `--full` runs ten times
 * as much and twenty minutes of soak, and writes `docs/reliability.md`; `--page` writes it for the short run. With names,
 * it runs only those, and the page keeps the rest.
 */
interface Step {
  readonly name: string;
  /** What is attacked, for the page. */
  readonly what: string;
  /** Arguments in CI; null: CI does not run it. */
  readonly ci: string | null;
  readonly full: string;
}

const steps: readonly Step[] = [
  {
    name: 'fuzz',
    what: 'Sequences of requests to every operation of both contracts, valid and mutated. Every response is judged by the contract with a validator that shares nothing with the server.',
    ci: '--cases 700',
    full: '--cases 7000',
  },
  {
    name: 'forms',
    what: 'Forms to every operation that takes one: boundaries, charsets, encodings, names, order, nesting, huge heads, thousands of parts, cut bytes.',
    ci: '--cases 1500',
    full: '--cases 15000',
  },
  {
    name: 'raw-http',
    what: 'Mutated HTTP messages on bare sockets: request lines, framing, headers, pipelines, pieces. Every connection has to end, with whole responses.',
    ci: '--cases 2500',
    full: '--cases 25000',
  },
  {
    name: 'scripts',
    what: 'Mutated scenarios in YAML and JSON. Each that is taken is a scenario for another validator, too, and plays to its end.',
    ci: '--cases 200',
    full: '--cases 2000',
  },
  {
    name: 'consumers',
    what: 'Consumers that answer callbacks with right bytes, mutated bytes, endless bytes and none. Every delivery has to end.',
    ci: '--cases 200',
    full: '--cases 2000',
  },
  {
    name: 'soak',
    what: 'A mix of everything with limits so small that everything is evicted all the time. Heap, resident memory, descriptors and handles may not grow over the last two thirds.',
    ci: '--seconds 60',
    full: '--seconds 1200',
  },
  {
    name: 'http',
    what: 'HTTP messages that RFC 9112 does not allow, one of each kind.',
    ci: null,
    full: '',
  },
  {
    name: 'memory',
    what: 'How many of each request the byte budgets take in a small heap, and the memory at the end.',
    ci: null,
    full: '',
  },
  {
    name: 'lists',
    what: 'Responses of lists and streams that are longer than a string can be.',
    ci: null,
    full: '',
  },
  {
    name: 'latency',
    what: 'The longest wait for `/_ringback/health`, asked every 50 ms, while something large is parsed, matched, played or evicted.',
    ci: null,
    full: '',
  },
];

const { values, positionals } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    seed: { type: 'string' },
  },
  allowPositionals: true,
});
const page = join(packageRoot, 'docs/reliability.md');

interface Result {
  readonly step: Step;
  readonly command: string;
  readonly passed: number;
  readonly failed: number;
  readonly figures: readonly string[];
}

const results: Result[] = [];
const startedAt = performance.now();
for (const step of steps) {
  if (positionals.length > 0 && !positionals.includes(step.name)) continue;
  const scale = values.full ? step.full : step.ci;
  if (scale === null) continue;
  const file = `tools/reliability/${step.name}.ts`;
  if (!existsSync(join(packageRoot, file))) continue;
  // Attacks that only measure use no chance.
  const seed = values.seed === undefined || step.ci === null ? '' : ` --seed ${values.seed}`;
  const command = `node ${file} ${scale}${seed}`.trim();
  console.log(`\n── ${command}`);
  results.push(await run(step, command));
}
if (values.full || values.page) writeFileSync(page, pageOf());
console.log(`figure: ${results.length} attacks in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
for (const { step, passed, failed } of results)
  console.log(`figure: ${step.name} ${passed} passed, ${failed} failed`);
// Each attack is one test, however many cases it has.
const failures = results.filter(({ failed }) => failed > 0).length;
console.log(`reliability: ${results.length - failures} passed, ${failures} failed`);
process.exitCode = failures > 0 || results.length === 0 ? 1 : 0;

async function run(step: Step, command: string): Promise<Result> {
  const [, file = '', ...args] = command.split(' ');
  const child = spawn(process.execPath, [file, ...args], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = (): void => {
    child.kill();
    process.exit(1);
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (number) => resolve(number ?? 1));
  });
  process.off('SIGTERM', end).off('SIGINT', end);
  const lines = output.split('\n');
  const counts = lines
    .map((line) => /^(.+): (\d+) passed, (\d+) failed$/.exec(line))
    .findLast((match) => match?.[1] === step.name);
  const figures = lines
    .filter((line) => line.startsWith('figure: '))
    .map((line) => line.slice('figure: '.length));
  const failed = Number(counts?.[3] ?? 0);
  const isMissing = figures.length === 0;
  return {
    step,
    command,
    // An attack that only measures is one check.
    passed: Number(counts?.[2] ?? (code === 0 ? 1 : 0)),
    // An attack that exits with an error, or early, has failed whatever it counted.
    failed: failed === 0 && (code !== 0 || isMissing) ? 1 : failed,
    figures,
  };
}

function pageOf(): string {
  const before = new Map<string, string>();
  if (existsSync(page))
    for (const section of readFileSync(page, 'utf8').split('\n## ').slice(1))
      before.set(section.split('\n')[0] ?? '', section);
  const sections = steps.flatMap(({ name }) => {
    const result = results.find(({ step }) => step.name === name);
    const section = result === undefined ? before.get(name)?.trimEnd() : sectionOf(result);
    return section === undefined ? [] : [`## ${section}`];
  });
  return `${[
    '<!-- Written by "node tools/reliability/run.ts --full" (tools/reliability/run.ts). Do not edit. -->',
    '# Reliability',
    'How Ringback is attacked, and what it takes. CI runs the first six, `npm run full` all of them, the first five with ten times the cases of CI and twenty minutes of soak. Below is the last run of each, with its command. All chance comes from a seed, so that a failure can be repeated alone. [SECURITY.md](../SECURITY.md) says what is bounded by which setting.',
    '```text\nnode tools/reliability/run.ts --full            all of it\nnode tools/reliability/run.ts --full fuzz soak  some of it\nnode tools/reliability/fuzz.ts --seed 7         another seed\nnode tools/reliability/fuzz.ts --case 123       one case\n```',
    ...sections,
  ].join('\n\n')}\n`;
}

function sectionOf({ step, command, passed, failed, figures }: Result): string {
  const machine = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return [
    step.name,
    step.what,
    `\`\`\`text\n${command}\n\`\`\``,
    `${passed} passed, ${failed} failed (${machine}):`,
    figures.map((figure) => `- ${figure}`).join('\n'),
  ].join('\n\n');
}
