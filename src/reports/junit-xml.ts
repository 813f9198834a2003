import { escaped, onOneLine } from './visible.ts';

/** One command's report as a test suite. */
export interface JunitSuite {
  /** Such as `ringback check`. */
  readonly command: string;
  readonly name: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  /** What groups cases of one kind, after `ringback.`. */
  readonly area: string;
  /** The same for each run, so that CI servers recognize the case. */
  readonly name: string;
  /** `skipped`: it was not judged. */
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped, in a sentence. */
  readonly because: string;
  /** What a failure broke, such as a rule, and everything there is to read about it. */
  readonly failure: { readonly type: string; readonly text: string };
}

/** A report as JUnit XML, in the form that Jenkins, GitLab and GitHub actions read. */
export function junitXml({ command, name, seconds, properties, cases }: JunitSuite): string {
  const count = (result: JunitCase['result']): number =>
    cases.filter((each) => each.result === result).length;
  const totals = `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${seconds}"`;
  const property = ([key, value]: [string, string]): string =>
    `      <property name="${key}" value="${escaped(value)}"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${command}" ${totals}>
  <testsuite name="${escaped(name)}" ${totals}>
    <properties>
${Object.entries(properties).map(property).join('\n')}
    </properties>
${cases.map(testCase).join('\n')}
  </testsuite>
</testsuites>
`;
}

function testCase({ area, name, result, because, failure }: JunitCase): string {
  const head = `    <testcase classname="${escaped(`ringback.${area}`)}" name="${escaped(name)}"`;
  if (result === 'passed') return `${head}/>`;
  const reason = escaped(onOneLine(because));
  const outcome =
    result === 'failed'
      ? `<failure type="${escaped(failure.type)}" message="${reason}">${escaped(failure.text)}</failure>`
      : `<skipped message="${reason}"/>`;
  return `${head}>\n      ${outcome}\n    </testcase>`;
}
