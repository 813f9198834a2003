import { version } from '../../loading/version.ts';
import { visible } from '../../reports/visible.ts';
import type { CheckReport, ExchangeRecord, RuleReport } from '../report.ts';
import { ruleOf, tellingOf, withResult } from './rule-of.ts';
import { ruleText } from './text-report.ts';

/**
 * The report as SARIF 2.1.0: a result for each rule that failed (`error`) or is unstable (`warning`), and a notification
 * for each that was not judged. The place of a result is the path of the endpoint, since GitHub refuses URLs.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(report: CheckReport): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Ringback', semanticVersion: version, rules: report.rules.map(descriptor) } },
        automationDetails: { id: `ringback-check/${report.provider}/` },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: withResult(report, 'not-observed', 'not-applicable').map(
              ({ id, result, because }) => ({
                level: 'note',
                message: { text: visible(`${id}, ${result.replace('-', ' ')}: ${because}`) },
                associatedRule: { id, index: indexOf(report, id) },
              }),
            ),
          },
        ],
        results: withResult(report, 'failed', 'unstable').map((each) => result(report, each)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor({ id, title }: RuleReport): object {
  const { area, why, provoked, passes, remedy, source } = ruleOf(id);
  return {
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: source.url,
    help: {
      text: `${why}\n\nProvoked: ${provoked}\n\nPasses: ${passes}\n\nRemedy: ${remedy}`,
      markdown: `${why}\n\n**Provoked:** ${provoked}\n\n**Passes:** ${passes}\n\n**Remedy:** ${remedy}\n\nSource: [${source.title}](${source.url})`,
    },
    properties: { tags: [area] },
  };
}

function result(report: CheckReport, each: RuleReport): object {
  const { consumer, provider } = report;
  const sent = tellingOf(each)[0]?.exchange.findLast(({ kind }) => kind !== 'api');
  return {
    ruleId: each.id,
    ruleIndex: indexOf(report, each.id),
    level: each.result === 'failed' ? 'error' : 'warning',
    message: { text: visible(ruleText(each)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: pathOf(consumer) },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: consumer, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'ringbackRule/v1': `${provider}/${each.id}` },
    ...(sent !== undefined && exchangeOf(sent)),
  };
}

function exchangeOf({ method, url, headers, body, response }: ExchangeRecord): object {
  return {
    webRequest: {
      protocol: 'HTTP',
      version: '1.1',
      method,
      target: url,
      headers,
      ...(body !== null && { body: { text: body } }),
    },
    ...(response !== null && {
      webResponse: {
        statusCode: response.status,
        headers: response.headers,
        body: { text: response.body },
      },
    }),
  };
}

function indexOf({ rules }: CheckReport, id: string): number {
  return rules.findIndex((each) => each.id === id);
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/^\/+/, '') || 'callback';
}
