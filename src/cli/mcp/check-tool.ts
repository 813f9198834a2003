import { checkConsumer } from '../../check/check-consumer.ts';
import type { CheckOptions } from '../../check/check-options.ts';
import { type CheckReport, checkResults, type RuleReport } from '../../check/report.ts';
import { textReport } from '../../check/reports/text-report.ts';
import { ruleIds } from '../../check/rule-ids.ts';
import { parseDuration } from '../../core/duration.ts';
import type { JsonObject } from '../../core/json.ts';
import { durationPattern, type Tool, tool } from './tool.ts';

type CheckInput = Pick<
  CheckOptions,
  | 'provider'
  | 'contract'
  | 'auth'
  | 'otherAuth'
  | 'port'
  | 'space'
  | 'seed'
  | 'jobs'
  | 'only'
  | 'skip'
  | 'within'
  | 'overdue'
  | 'later'
> & {
  readonly url: string;
  /** URLs only: a model must not run commands. */
  readonly observe?: string;
  readonly drive?: string;
  readonly restart?: string;
  readonly memory?: string;
  readonly timeLimit?: string;
};

const url = (description: string): JsonObject => ({
  title: 'an absolute http or https URL; for a command, run ringback check',
  description,
  type: 'string',
  pattern: '^[hH][tT][tT][pP][sS]?://',
});

const text = (description: string): JsonObject => ({
  title: 'a string',
  description,
  type: 'string',
  minLength: 1,
});

const duration = (description: string): JsonObject => ({
  title: 'a duration such as 500ms, 10s or 2m',
  description,
  type: 'string',
  pattern: durationPattern,
});

const integer = (minimum: number, maximum: number, description: string): JsonObject => ({
  title: `an integer from ${minimum} to ${maximum}`,
  description,
  type: 'integer',
  minimum,
  maximum,
});

const rules = (description: string): JsonObject => ({
  title: 'an array of rules',
  description,
  type: 'array',
  items: { type: 'string', enum: ruleIds },
});

/** Long enough for most checks, and below the limit of clients that end a call after a minute. */
const defaultTimeLimit = '50s';

/** The most requests of a disturbance that are returned. */
const mostRequests = 12;

const check = tool<CheckInput>({
  name: 'check_consumer',
  title: 'Check a callback endpoint',
  description:
    'Grades the callback endpoint of an application, rule by rule: plays what providers really do (duplicates, callbacks out of order or lost, forged ones, bursts) and compares the state that each disturbed sequence leaves with that of the undisturbed one. Each failure comes with the requests, the difference and a remedy. It starts a mock of its own, so it needs no running server, and it takes from seconds to minutes. Use it after you wrote or changed a callback handler. With observe it judges far more.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: {
    url: {
      ...url('The callback endpoint of the application, which must be running.'),
      title: 'an absolute http or https URL',
      examples: ['http://localhost:3000/callback'],
    },
    provider: text('Name of the provider whose callbacks are played. Default: the only one of the contract.'),
    contract: text(
      'Path of an OpenAPI file whose callbacks are played; an absolute path is safest. A ringback.yaml beside it counts, with its code. Default: the bundled contract.',
    ),
    observe: {
      ...url(
        "Reads the application's state by GET, as JSON; 404 means no state. {id} is the provider's id, {reference} the application's own. Without it, only what HTTP shows is judged.",
      ),
      examples: ['http://localhost:3000/documents/{id}'],
    },
    drive: url(
      "Makes the application submit: POSTed with a file as its body, {fileName} filled in, and the provider's URL in X-Ringback-Url. Default: the check submits itself.",
    ),
    restart: url('Restarts the application: POSTed. Default: rules about restarts are not observed.'),
    memory: url("Returns JSON with a number rss, the application's memory in bytes. Default: not judged."),
    auth: text('The Authorization header of callbacks, where the provider has it from its configuration.'),
    otherAuth: text(
      'The Authorization header of another endpoint of the same application. This one must refuse it.',
    ),
    port: {
      ...integer(
        0,
        65_535,
        "Port of the check's own mock, where the application expects the provider. 0 takes a free one, for an application that never calls the provider. A server that runs on this port must end first.",
      ),
      default: 4_020,
    },
    space: text("Space of the mock that the application's configuration names. Default: default."),
    seed: integer(0, 4_294_967_295, 'Seed of ids and data. Default: another one for each check.'),
    jobs: { ...integer(1, 64, 'How many disturbances play at the same time.'), default: 8 },
    only: rules('The only rules to judge, beside clean. Default: all.'),
    skip: rules('Rules not to judge. Default: none.'),
    within: {
      ...duration('How long the application may take to acknowledge a callback.'),
      default: '3s',
    },
    overdue: duration('How long the application waits for a callback before it polls. Default: unknown.'),
    later: { ...duration('The wait that stands for hours.'), default: '2s' },
    timeLimit: {
      ...duration(
        'When the check ends; what is not judged by then is not observed. At most 30m. Raise it only if your client waits longer than a minute for a tool.',
      ),
      default: defaultTimeLimit,
    },
  },
  required: ['url'],
  output: {
    type: 'object',
    required: ['consumer', 'provider', 'rules', 'counts', 'seconds'],
    properties: {
      consumer: { description: 'The URL that was checked.', type: 'string' },
      provider: { description: 'The provider whose callbacks were played.', type: 'string' },
      counts: {
        description: 'The number of rules with each result.',
        type: 'object',
        required: checkResults,
        properties: Object.fromEntries(checkResults.map((result) => [result, { type: 'integer' }])),
      },
      seconds: { description: 'How long the check took.', type: 'number' },
      rules: {
        description: 'Every rule with its result.',
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'title', 'result', 'because', 'disturbances'],
          properties: {
            id: { enum: ruleIds },
            title: { type: 'string' },
            result: { $ref: '#/$defs/result' },
            because: { description: 'What differed, or what was missing to tell.', type: 'string' },
            disturbances: {
              type: 'array',
              items: {
                type: 'object',
                required: ['id', 'result', 'expected', 'observed', 'exchange'],
                properties: {
                  id: { type: 'string' },
                  result: { $ref: '#/$defs/result' },
                  expected: { description: 'The state that a correct consumer has, or words.' },
                  observed: { description: 'What the check saw.' },
                  exchange: {
                    description: `The last ${mostRequests} requests, for what failed or is unstable.`,
                    type: 'array',
                    items: { type: 'object' },
                  },
                },
              },
            },
          },
        },
      },
    },
    $defs: { result: { enum: checkResults } },
  },
  call: async ({ url: endpoint, timeLimit = defaultTimeLimit, ...options }, { signal, onProgress }) => {
    const limit = AbortSignal.timeout(parseDuration(timeLimit));
    const report = await checkConsumer(endpoint, {
      ...options,
      signal: AbortSignal.any([signal, limit]),
      onProgress,
    });
    const early = limit.aborted
      ? `\nThe time limit of ${timeLimit} ended the check. Raise timeLimit, or judge fewer rules with only.\n`
      : '';
    return { text: textReport(report) + early, structured: withTellingRequests(report) };
  },
});

/** The report with the requests that show a fault, so that it fits into the context of a model. */
function withTellingRequests(report: CheckReport): CheckReport {
  const shorten = (rule: RuleReport): RuleReport => ({
    ...rule,
    disturbances: rule.disturbances.map((disturbance) => ({
      ...disturbance,
      exchange: ['failed', 'unstable'].includes(disturbance.result)
        ? disturbance.exchange.slice(-mostRequests)
        : [],
    })),
  });
  return { ...report, rules: report.rules.map(shorten) };
}

export const checkTools: readonly Tool[] = [check];
