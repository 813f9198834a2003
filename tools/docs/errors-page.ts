import { attemptErrors } from '../../src/core/engine/deliveries/attempt-errors.ts';
import { errorCatalogue, RingbackError } from '../../src/core/errors.ts';
import { problemOf } from '../../src/server/http/problem.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** A submission without files, as the server refuses it. */
const refusal = problemOf(
  new RingbackError('request.invalid', {
    detail:
      'Failed to take the request to submitDocument (POST /docdigitizer/api/v2/documents): body must have the property "files".',
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
  const attemptRows = Object.entries(attemptErrors).map(([name, meaning]) => [code(name), meaning]);
  return `${generatedFrom('src/core/errors.ts')}

# Errors

Every error has a code that stays the same from version to version; the texts may change.

Over HTTP an error is an \`application/problem+json\` body (RFC 9457). \`type\` ends in the code, \`detail\` says what
happened this time, \`remedy\` what to do, and \`violations\` lists the single findings with the place of each. A
submission without a file gets:

\`\`\`json
${JSON.stringify(refusal, null, 2)}
\`\`\`

On the command line \`detail\` stands on stderr. The exit code is 2 when another command line would not have the error
(\`option.*\`, \`setting.*\`, \`duration.invalid\`), else 3.

In code, \`isRingbackError(error)\` recognises them, and \`error.code\` tells them apart.

${table(['code', 'status', 'what it means', 'what to do'], rows)}

## Errors of attempts

An attempt to deliver a callback that was not successful says why in \`error\`, a sentence, and in \`code\`. Test for the code:
it stays the same from version to version. You find both in \`attempts\` of the control API and the test kit, in the
JSON log, and in the report of \`ringback trigger --json\`.

${table(['code', 'why there was no success'], attemptRows)}
`;
}
