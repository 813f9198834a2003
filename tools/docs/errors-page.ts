import { readFileSync } from 'node:fs';
import { attemptErrors } from '../../src/core/engine/deliveries/attempt-errors.ts';
import { errorCatalogue } from '../../src/core/error-catalogue.ts';
import { RingbackError } from '../../src/core/errors.ts';
import { problemOf } from '../../src/server/http/problem.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** A submission without files, as the server refuses it. */
const refusal = problemOf(
  new RingbackError('request.invalid', {
    detail:
      'Could not accept the request to submitDocument (POST /docdigitizer/api/v2/documents): body must have the property "files".',
    violations: [{ location: 'body', code: 'required', message: 'must have the property "files"' }],
  }),
  400,
);

/** `docs/errors.md`: every error that Ringback raises. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(([name, { status, title, remedy }]) => [
    code(name),
    String(status),
    title,
    remedy,
  ]);
  const details = detailsByCode().map(([name, members]) => [code(name), members]);
  const attemptRows = Object.entries(attemptErrors).map(([name, meaning]) => [code(name), meaning]);
  return `${generatedFrom('src/core/errors.ts')}

# Errors

Every error has a code, which stays the same from version to version. The texts may change.

Over HTTP an error is an \`application/problem+json\` body (RFC 9457). \`type\` is \`urn:ringback:\` and the code. \`detail\` says what
happened this time, and \`remedy\` what to do about it. \`violations\` is an array of the single findings, each with its place. A submission without a file gets:

\`\`\`json
${JSON.stringify(refusal, null, 2)}
\`\`\`

The command line prints \`detail\` on stderr. The exit code is 2 when the command line is wrong (\`option.*\`, \`setting.*\`, \`duration.invalid\`, a name
that does not exist), and 3 otherwise.

In code, test for these errors with \`isRingbackError(error)\`, and distinguish them by \`error.code\`. \`isRingbackError(error,
'wait.timeout')\` does both. \`error.details\` has the values that the text names, with a type for each code; over HTTP,
\`details\` of the body has them:

\`\`\`ts
import { isRingbackError, startProvider } from 'ringback';

await using provider = await startProvider();
try {
  await provider.playNext('docdigitizer/rejectd');
} catch (error) {
  if (isRingbackError(error, 'scenario.unknown')) console.log(error.details.suggestion); // docdigitizer/rejected
}
\`\`\`

${table(['code', 'status', 'what it means', 'what to do'], rows)}

## Details

Errors with other codes have no details: their violations, if any, say where and what.

${table(['code', 'details'], details)}

## Errors of attempts

A failed attempt to deliver a callback has two properties: \`error\` is a sentence, \`code\` is stable from version to version. Test for
the code. Both are in \`attempts\` of the control API and the test kit, in the JSON log, and in the report of \`ringback trigger --json\`.

${table(['code', 'why the attempt failed'], attemptRows)}
`;
}

/** The properties of `ErrorDetails` with their descriptions, read from the source, since types do not exist at run time. */
function detailsByCode(): [code: string, members: string][] {
  const source = readFileSync(new URL('../../src/core/error-details.ts', import.meta.url), 'utf8');
  const shared = /^export interface FirstViolation \{\n(.*?)^\}/ms.exec(source)?.[1] ?? '';
  return [...source.matchAll(/^ {2}'([a-z.-]+)': (?:FirstViolation|\{\n(.*?)^ {2}\});/gms)].map(
    ([, name = '', body = shared]) => {
      const members = [...body.matchAll(/^ +(?:\/\*\* (.*?) \*\/\n +)?readonly (\w+): (.*?);$/gm)];
      const texts = members.map(([, text, member = '', type = '']) => {
        const shown = type.replace('readonly ', '').replaceAll("'", '"');
        return `${code(member)} (${shown})${text === undefined ? '' : `: ${text.replace(/\.$/, '')}`}`;
      });
      return [name, texts.join('<br>')];
    },
  );
}
