import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { findConfig } from '../config/find-config.ts';
import { isCallbackUrl } from '../core/callback-url.ts';
import { parseDuration } from '../core/duration.ts';
import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { suggest } from '../core/suggest.ts';
import { steadyNow } from '../platform/machine-time.ts';
import { maskUrl } from '../server/control/mask.ts';
import { factsOfBundled, type ProviderFacts } from './bundled/provider-facts.ts';
import type { CheckOptions } from './check-options.ts';
import type { Need } from './finding.ts';
import { judgeRules } from './judge.ts';
import { Mock } from './mock/mock.ts';
import { contractOutcomes } from './outcomes/contract-outcomes.ts';
import { type CheckReport, type CheckResult, checkResults, type RuleReport } from './report.ts';
import { withoutSecrets } from './reports/without-secrets.ts';
import type { Rule } from './rule.ts';
import { ruleIds } from './rule-ids.ts';
import { rules } from './rules/rules.ts';
import { playClean } from './stage/clean.ts';
import { PlayFailed, Stage } from './stage/stage.ts';
import { isUrl, Team } from './team/team.ts';

/** How long the whole check may take. What is not judged by then is not observed. */
const mostMs = 30 * 60_000;

/** The whole of a check, as `checkConsumer` describes it. */
export async function runCheck(url: string, options: CheckOptions): Promise<CheckReport> {
  const startedAt = steadyNow();
  if (!isCallbackUrl(url)) throw invalid('url', url, 'an absolute http or https URL');
  checkRuleNames(options);
  checkTemplates(options);
  const times = {
    withinMs: parseDuration(options.within ?? '3s'),
    overdueMs: options.overdue === undefined ? null : parseDuration(options.overdue),
    laterMs: parseDuration(options.later ?? '2s'),
  };
  const ending = new AbortController();
  const end = (): void => ending.abort();
  options.signal?.addEventListener('abort', end);
  const overall = setTimeout(end, mostMs);
  const mock = await Mock.start({
    configuration: await findConfig({ ...options, inCurrentFolder: false }),
    contract: options.contract ?? null,
    name: options.name ?? null,
    allowRemoteRefs: options.allowRemoteRefs ?? false,
    port: options.port ?? 4020,
    host: options.host ?? '127.0.0.1',
    space: options.space ?? 'default',
    seed: options.seed ?? randomInt(2 ** 32),
    settings: options.settings ?? {},
    allowCallbacksTo: options.allowCallbacksTo ?? [],
    insecureCallbacks: options.insecureCallbacks ?? false,
    signal: ending.signal,
  });
  let folder: Promise<string> | null = null;
  try {
    const provider = providerOf(mock, options.provider);
    if (options.drive !== undefined && mock.contract.operations.length === 0)
      throw invalid('drive', options.drive, 'none, since the contract has no operation to submit with');
    const known = factsOfBundled(provider.name);
    agree(mock, { provider, known, url, auth: options.auth });
    const team = new Team({
      endpoint: url,
      observe: options.observe ?? null,
      drive: options.drive ?? null,
      restart: options.restart ?? null,
      providerUrl: mock.urlOf(provider),
      folder: () => (folder ??= mkdtemp(join(tmpdir(), 'ringback-check-'))),
      signal: ending.signal,
    });
    if (!(await team.accepts())) throw unreachable(url);
    const submitted = known?.credentials === 'submission' ? options.auth : undefined;
    const stage = new Stage({
      mock,
      known,
      team,
      provider,
      times,
      given: givenBy(options),
      signal: ending.signal,
      otherAuth: options.otherAuth ?? null,
      memory: options.memory ?? null,
      way: {
        url,
        method: submitted === undefined ? null : 'POST',
        headers: submitted === undefined ? {} : { Authorization: submitted },
      },
    });
    const clean = await playClean(stage, known?.outcomes ?? contractOutcomes(provider, mock.contract)).catch(
      (error: unknown) => {
        if (error instanceof PlayFailed) throw undriven(error.message);
        throw error;
      },
    );
    stage.facts = clean.facts;
    stage.canObserve = clean.blind === null;
    const reports = await judgeRules({
      stage,
      rules: chosen(options),
      clean: clean.disturbances,
      hopeless:
        clean.facts.outcomes.length === 0
          ? 'no undisturbed sequence is acknowledged, so a disturbed one shows nothing'
          : null,
      blind: clean.blind,
      jobs: options.jobs ?? 8,
      onProgress: (progress) => options.onProgress?.(progress),
    });
    const report: CheckReport = {
      consumer: maskUrl(url),
      provider: provider.name,
      rules: reports,
      counts: countsOf(reports),
      seconds: Math.round((steadyNow() - startedAt) / 100) / 10,
    };
    return withoutSecrets(report, [options.auth, options.otherAuth]);
  } finally {
    clearTimeout(overall);
    options.signal?.removeEventListener('abort', end);
    end();
    await mock.close();
    if (folder !== null) await rm(await folder, { recursive: true, force: true });
  }
}

/** Gives the mock the credentials that consumer and provider have agreed on, and the endpoint of webhooks. */
function agree(
  mock: Mock,
  {
    provider,
    known,
    url,
    auth,
  }: {
    readonly provider: Provider;
    readonly known: ProviderFacts | null;
    readonly url: string;
    readonly auth: string | undefined;
  },
): void {
  if (typeof known?.credentials === 'object' && auth !== undefined)
    mock.space.configure({ [known.credentials.setting]: auth });
  if (provider.handle === undefined) return;
  mock.space.configure({
    'webhooks.to': url,
    ...(auth !== undefined && { [`${provider.name}.callbackCredential`]: auth }),
  });
}

function givenBy({ observe, drive, restart, auth, otherAuth, memory }: CheckOptions): ReadonlySet<Need> {
  const given: readonly (readonly [Need, unknown])[] = [
    ['observer', observe],
    ['driver', drive],
    ['restart', restart],
    ['auth', auth],
    ['other-auth', otherAuth],
    ['memory', memory],
  ];
  return new Set(given.flatMap(([need, value]) => (value === undefined ? [] : [need])));
}

function chosen({ only = [], skip = [] }: CheckOptions): readonly Rule[] {
  return rules.filter(
    ({ id }) => id === 'clean' || ((only.length === 0 || only.includes(id)) && !skip.includes(id)),
  );
}

function providerOf({ providers }: Mock, name: string | undefined): Provider {
  const [first, second] = providers;
  const found =
    name === undefined && second === undefined ? first : providers.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = providers.map((each) => each.name);
  if (first === undefined)
    throw new RingbackError('contract.invalid', {
      detail:
        'Could not check the consumer: the contract has neither operations nor webhooks, so nothing could be sent. Give a contract that calls back.',
    });
  if (name !== undefined) throw invalid('provider', name, `one of ${names.join(', ')}`, suggest(name, names));
  throw new RingbackError('option.invalid', {
    details: { option: 'provider', given: null },
    detail: `Could not check the consumer: the contract has several providers. Got no --provider, expected one of ${names.join(', ')}, e.g. --provider ${first.name}.`,
  });
}

function checkRuleNames({ only = [], skip = [] }: CheckOptions): void {
  for (const [option, names] of [
    ['only', only],
    ['skip', skip],
  ] as const)
    for (const name of names)
      if (!ruleIds.includes(name)) throw invalid(option, name, 'the id of a rule', suggest(name, ruleIds));
}

function checkTemplates({ observe }: CheckOptions): void {
  if (typeof observe !== 'string' || !isUrl(observe) || /\{(?:id|reference)\}/.test(observe)) return;
  throw invalid(
    'observe',
    observe,
    'a URL with {id} or {reference}, e.g. http://localhost:3000/documents/{id}',
  );
}

function countsOf(reports: readonly RuleReport[]): Record<CheckResult, number> {
  const count = (result: CheckResult): number => reports.filter((report) => report.result === result).length;
  return Object.fromEntries(checkResults.map((result) => [result, count(result)])) as Record<
    CheckResult,
    number
  >;
}

function invalid(option: string, given: unknown, expected: string, hint = ''): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not check the consumer: ${option} is not usable. Got ${JSON.stringify(given)}, expected ${expected}.${hint}`,
  });
}

function unreachable(url: string): RingbackError {
  return new RingbackError('consumer.unreachable', {
    detail: `Could not check ${maskUrl(url)}: nothing accepts connections there. Start the consumer, and check host and port.`,
  });
}

function undriven(message: string): RingbackError {
  return new RingbackError('consumer.undriven', {
    detail: `Could not check the consumer: ${message}${message.endsWith('?') ? '' : '.'}`,
  });
}
