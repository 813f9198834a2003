import { areas } from '../../src/check/rule-ids.ts';
import { rules } from '../../src/check/rules/rules.ts';
import { optionTable } from './cli-page.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** `docs/check.md`: how to check a consumer. */
export function checkPage(): string {
  const rows = areas.flatMap((area) =>
    rules
      .filter((rule) => rule.area === area)
      .map(({ id, title }) => [area, `[${code(id)}](rules/${id}.md)`, title]),
  );
  return `${generatedFrom('src/options/check-options.ts and src/check/rules')}

# Check a consumer

\`ringback check\` grades your callback endpoint, rule by rule. It plays what providers really do: duplicates, callbacks out
of order or lost, forged ones, restarts, bursts. For each rule it says whether your consumer survives.

*A consumer is correct if every permissible disturbance of a sequence leaves it in the state that the undisturbed sequence
leaves it in.* So the check needs no knowledge of your domain. It plays undisturbed sequences first, observes the states that
they leave, then disturbs them and compares. Timestamps, ids and whatever else differs between two undisturbed plays do not
count.

## A first check

1. Configure your consumer for a provider at \`http://127.0.0.1:4020/docdigitizer\` (or \`/informed\`; without a path for
   your own contract), and start it. The check starts the mock there by itself.
2. Name the callback endpoint:

\`\`\`bash
npx ringback check http://localhost:3000/callback --provider docdigitizer
\`\`\`

This judges what HTTP alone can show. The rest is *not observed*, which is never the same as passed.
3. Let the check observe the state of a document. An endpoint that returns JSON is enough, or a command that prints it. A 404
   means that there is no state:

\`\`\`bash
npx ringback check http://localhost:3000/callback --provider docdigitizer --observe http://localhost:3000/documents/{id}
\`\`\`

4. Give it more hooks, and more rules are judged: \`--drive\` makes your consumer submit by itself, \`--restart\` restarts it,
   \`--auth\` is the \`Authorization\` that callbacks carry, \`--overdue\` says when your consumer polls.
5. Fix what failed. Each failure has the recorded requests, the difference of the states, a remedy and a public source. With
   \`--only <rule>\`, the check plays one rule.

For your own contract, \`--contract openapi.yaml\` takes the place of \`--provider\`. The consumer keeps its state between the
rules, so no id is used twice: the seed is drawn for each check, and printed.

A contract may have webhooks and no operations. Each webhook is then sent with ids that the check makes up, and rules that
need an API do not apply. If your consumer verifies signatures, \`--set signing.secrets=…\` gives the check its secret.

## In a file

What you repeat goes into [\`ringback.yaml\`](configuration.md), below \`check\`. Then \`npx ringback check\` needs no argument:

\`\`\`yaml
contract: ./openapi.yaml
check:
  url: http://localhost:3000/callback
  observe: http://localhost:3000/payments/{id}
  auth: '\${CALLBACK_TOKEN}'
  skip: [growth]
  report: [junit=check.xml]
  baseline: check-baseline.json
\`\`\`

- The keys are the options below in camel case, and \`url\`. The command line takes precedence.
- Paths are relative to the file. Commands run in the current folder.
- \`port\`, \`host\`, \`settings\`, \`signing\` and the code of \`provider\` in the same file are those of the mock. Its \`clock\`, \`now\`,
  \`speed\` and \`seed\` do not count: a check plays in real time, with new ids each time.

## Results

| result | meaning | exit code |
| --- | --- | --- |
| passed | every disturbance that was played left what it should | 0 |
| failed | a disturbance left another state, or another response, and did so again when it was repeated | 1 |
| unstable | it failed, and not again when it was repeated | 0, with \`--strict\` 1 |
| not observed | the check could not tell, and says what was missing | 0, with \`--strict\` 1 |
| not applicable | the provider has no part for the rule | 0, with \`--strict\` 1 |

A consumer that cannot be reached, or does not submit, is exit code 3; wrong usage is 2.

A failure counts for the rule whose disturbance alone produces it. What fails undisturbed fails as \`clean\` only. A rule that
includes the disturbances of another one, which fails already, is not observed.

An area has the grade A if all of its judged rules pass, B from 80 %, C from 60 %, D from 40 %, otherwise F. Unstable counts
half.

## Reports

\`--report\` writes files beside the report on the terminal, e.g. \`--report junit=check.xml,html=check.html\`. A path that
cannot be written is an error before the check begins.

| kind | for |
| --- | --- |
| \`html\` | people: one page that loads and runs nothing, with a picture of each sequence |
| \`junit\` | the test reports of CI servers: a test case for each rule |
| \`sarif\` | code scanning: SARIF 2.1.0, a result for each rule that failed or is unstable |
| \`github\` | the summary of a job of GitHub Actions; with a file name, that file |
| \`json\` | programs, and \`--baseline\` |

The credentials that callbacks carry are \`***\` in all of them. Everything else in bodies and states is shown as it is.

\`--baseline check.json\` takes the JSON report of an earlier check. Then only rules that did not fail there count for the
exit code, and the check says which are fixed. So a consumer with known faults can have the check in its CI today.

## In a test suite

\`checkConsumer\` returns the report as an object, the same as \`--report json\`:

\`\`\`ts
import { checkConsumer } from 'ringback';

const { rules } = await checkConsumer('http://localhost:3000/callback', {
  provider: 'docdigitizer',
  observe: 'http://localhost:3000/documents/{id}',
});
console.log(rules.filter(({ result }) => result === 'failed').map(({ id, because }) => \`\${id}: \${because}\`));
\`\`\`

\`describeConsumer\` makes a test for each rule. It is in \`ringback/vitest\`, \`ringback/jest\` and \`ringback/node-test\`:

\`\`\`ts
import { describeConsumer } from 'ringback/vitest';

describeConsumer('http://localhost:3000/callback', {
  provider: 'docdigitizer',
  observe: 'http://localhost:3000/documents/{id}',
  skip: ['growth'],
});
\`\`\`

The check runs once, before the tests. To start the consumer in the test file, give a function in place of the URL: it
returns \`url\` with further options, such as the \`port\` of the mock. \`observe\`, \`drive\` and \`restart\` can be
functions, too.

A rule that fails fails its test with the report of that rule. One that is unstable, not observed or not applicable is
skipped with the reason. Run it in a file of its own: it takes longer than other tests, and the mock needs its port.

## Options

${optionTable('check')}

## Rules

Each rule has a page: why it matters with a public source, how it is provoked, what passes, and how to fix it.

${table(['area', 'rule', 'what a correct consumer does'], rows)}
`;
}

/** The pages of `docs/rules/`, by file name. */
export function rulePages(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rules.map(({ id, area, title, why, source, provoked, passes, remedy, explainedBy = [] }) => [
      `${id}.md`,
      `${generatedFrom('src/check/rules')}

# ${title}

Rule ${code(id)} of \`ringback check\`, area *${area}*. [All rules](../check.md#rules)

## Why it matters

${why}

Source: [${source.title}](${source.url})

## How it is provoked

${provoked}

## What passes

${passes}${
  explainedBy.length === 0
    ? ''
    : `\n\nWhile ${explainedBy.map((other) => `[${code(other)}](${other}.md)`).join(' or ')} fails, this rule is not observed: its disturbances include those.`
}

## How to fix it

${remedy}
`,
    ]),
  );
}
