import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../docs/markdown.ts';

/** A step of a workflow or of a composite action. */
export interface ActionStep {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface CompositeAction {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

export const ringbackAction = parse(await readFile(join(root, 'action.yml'), 'utf8')) as CompositeAction;

/** What a step has done. */
export interface StepResult {
  readonly step: ActionStep;
  readonly code: number;
  /** Stdout and stderr, as the log of the job has them. */
  readonly output: string;
}

/** The files that a runner shares with the steps of a job, and what they hold. */
export interface Job {
  readonly workspace: string;
  readonly results: StepResult[];
  /** The actions of others that would run, with their inputs. */
  readonly used: { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
  env(): Promise<Readonly<Record<string, string>>>;
  summary(): Promise<string>;
  /** The line `::error …` of a failed step. */
  error(): string | undefined;
  run(steps: readonly ActionStep[]): Promise<number>;
}

/** Text with `${{ … }}` in it. Names that are not set are empty, as for GitHub. */
type Values = Readonly<Record<string, unknown>>;

const nothing = { get: (own: object, name: string) => Reflect.get(own, name) ?? '' };

function evaluate(expression: string, values: Values): unknown {
  const dashed = expression.replaceAll(/\.([a-z]+(?:-[a-z]+)+)/g, "['$1']");
  const names = Object.keys(values);
  return new Function(...names, `return ${dashed}`)(...names.map((name) => values[name]));
}

const fill = (given: string | number, values: Values): string =>
  String(given).replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) =>
    String(evaluate(expression, values)),
  );

/**
 * A job as GitHub runs one: bash with its options, the files of GITHUB_…, conditions, inputs and outputs. Actions of
 * others are recorded only. The processes that steps leave carry `tracking` in their environment.
 */
export async function startJob(folder: string, tracking: string): Promise<Job> {
  const workspace = join(folder, 'workspace');
  const temp = join(folder, 'temp');
  for (const path of [workspace, temp]) await mkdir(path, { recursive: true });
  const files = Object.fromEntries(
    ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => [name, join(folder, name)]),
  );
  for (const file of Object.values(files)) await writeFile(file, '');
  const linesOf = async (file: string): Promise<string[]> =>
    (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const pairsOf = async (file: string): Promise<Record<string, string>> =>
    Object.fromEntries((await linesOf(file)).map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RINGBACK|GITHUB|VITEST)/.test(name));
  let outputs = 0;

  const job: Job = {
    workspace,
    results: [],
    used: [],
    env: () => pairsOf(files.GITHUB_ENV ?? ''),
    summary: () => readFile(files.GITHUB_STEP_SUMMARY ?? '', 'utf8'),
    error: () => /^::error.*$/m.exec(job.results.at(-1)?.output ?? '')?.[0],
    run: async (steps) => (await runSteps(steps, {})).code,
  };

  async function runScript(step: ActionStep, values: Values, output: string): Promise<number> {
    const script = join(folder, 'step.sh');
    await writeFile(script, fill(step.run ?? '', values));
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value, values)]);
    const folders = [...(await linesOf(files.GITHUB_PATH ?? '')).toReversed(), process.env.PATH].join(
      delimiter,
    );
    // A file, not a pipe: what a step leaves in the background keeps its output open.
    const path = `${output}.log`;
    const file = await open(path, 'a');
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: join(workspace, fill(step['working-directory'] ?? '.', values)),
      env: {
        ...Object.fromEntries(inherited),
        ...files,
        ...(await job.env()),
        ...Object.fromEntries(own),
        PATH: folders,
        GITHUB_OUTPUT: output,
        GITHUB_ACTION_PATH: root,
        RUNNER_TEMP: temp,
        RUNNER_TRACKING_ID: tracking,
      },
      stdio: ['ignore', file.fd, file.fd],
    });
    const [code] = await once(child, 'exit');
    await file.close();
    job.results.push({ step, code: code ?? 1, output: await readFile(path, 'utf8') });
    return code ?? 1;
  }

  async function runSteps(
    steps: readonly ActionStep[],
    given: Values,
  ): Promise<{ code: number; values: Values }> {
    const ids = steps.flatMap(({ id }) => (id === undefined ? [] : [id]));
    const found = new Map(ids.map((id) => [id, {} as Record<string, string>]));
    const byId = Object.fromEntries(
      [...found].map(([id, own]) => [id, { outputs: new Proxy(own, nothing) }]),
    );
    const values = { ...given, steps: byId, always: () => true };
    let failed = 0;
    for (const step of steps) {
      const condition = step.if ?? 'true';
      if (failed !== 0 && !condition.includes('always()')) continue;
      if (!evaluate(condition, values)) continue;
      const output = join(folder, `output-${outputs++}`);
      await appendFile(output, '');
      const code =
        step.uses === undefined ? await runScript(step, values, output) : await use(step, values, output);
      if (code !== 0 && failed === 0) failed = code;
      const own = found.get(step.id ?? '');
      if (own !== undefined) Object.assign(own, await pairsOf(output));
    }
    return { code: failed, values };
  }

  async function use(
    { uses = '', with: own = {} }: ActionStep,
    values: Values,
    output: string,
  ): Promise<number> {
    const filled = Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, fill(value, values)]),
    );
    if (!/^(\.\/|[\w-]+\/ringback@)/.test(uses)) {
      job.used.push({ uses, with: filled });
      return 0;
    }
    const strange = Object.keys(filled).filter((name) => !Object.hasOwn(ringbackAction.inputs, name));
    if (strange.length > 0) throw new Error(`the action has no input ${strange.join(', ')}`);
    const defaults = Object.entries(ringbackAction.inputs).map(([name, input]) => [
      name,
      input.default ?? '',
    ]);
    const inputs = { ...Object.fromEntries(defaults), ...filled };
    const ran = await runSteps(ringbackAction.runs.steps, { inputs });
    for (const [name, { value }] of Object.entries(ringbackAction.outputs))
      await appendFile(output, `${name}=${fill(value, ran.values)}\n`);
    return ran.code;
  }

  return job;
}
