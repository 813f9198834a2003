import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendQuery } from '../../src/core/engine/deliveries/compose-callback.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { code, generatedFrom } from './markdown.ts';

const root = join(import.meta.dirname, '../..');

interface CallbackSection {
  /** Its name in runs, deliveries and `ringback validate`. */
  readonly type: string;
  /** Its schema, without folder and ending. */
  readonly schema: string;
  readonly sent: string;
  readonly when: string;
  /** For a callback with query parameters: the URL of the example. */
  readonly url?: string;
}

const sections: readonly CallbackSection[] = [
  {
    type: 'docdigitizer.documentState',
    schema: 'document-state',
    sent: 'GET, or POST if the submission has `callback_method=POST`. In both cases as query parameters, appended to those that `callbackUrl` already has.',
    when: 'After machine learning (state 30, 2 s after the submission unless a scenario or setting says otherwise), and at the end (91, 92 or 999, after 10 s). After a synchronous submission only the second. Without a `callbackUrl`, never.',
    url: 'https://consumer.example/documents?tenant=7',
  },
  {
    type: 'docdigitizer.documentStateOverview',
    schema: 'document-state-overview',
    sent: 'Like `docdigitizer.documentState`, which it replaces if the setting `docdigitizer.callbackVariant` is `documentStateOverview`.',
    when: 'At the end. This form has no states before the final one.',
    url: 'https://consumer.example/documents',
  },
  {
    type: 'docdigitizer.documentStateV1',
    schema: 'document-state-v1',
    sent: 'Like `docdigitizer.documentState`, for submissions to API v1, and for those to API v2 if the setting `docdigitizer.callbackVariant` is `documentStateV1`.',
    when: 'Status `start` right after a submission to API v1 that plays an outcome, `classified` after machine learning, then `annotated` or `rejected`. Your own timeline sends what it defines. In place of `documentState`, for API v2, there is no `start`.',
    url: 'https://consumer.example/documents',
  },
  {
    type: 'informed.extractions',
    schema: 'extractions',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'Once for each uploaded file, 5 s after its upload, if the registration asks for the service `extract`.',
  },
  {
    type: 'informed.verifications',
    schema: 'verifications',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'If the registration asks for the service `verify`: 3 s after the last upload or extraction, and after an update. Each one covers everything available at that time and replaces the previous one.',
  },
  {
    type: 'informed.error',
    schema: 'error',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'In place of the extractions of a file that cannot be processed. Or in place of the verifications (`Verification response is delayed`, without a file), which then never come.',
  },
];

/** `docs/callbacks.md`: each callback type, when it is sent, its schemas, an example. */
export function callbacksPage(): string {
  return `${generatedFrom('tools/docs/callbacks-page.ts', 'schemas/callbacks/')}

# Callbacks

The name of each callback, when it comes, and what it contains. Check a callback that you have received
with \`ringback validate <file>\`. Its types are in \`ringback/types\`.

Each type has two schemas. If you *receive* callbacks, use the loose one. It accepts what a provider may change without
notice: unknown properties, null in place of a string or number, a missing property that may be null, new values of an
enumeration. If you *build* callbacks, use the strict one, which allows the current shape only. Ringback checks everything
that it sends.

\`\`\`ts
import type { InformedCallback } from 'ringback/types';

export function summary(callback: InformedCallback): string {
  switch (callback.event_type) {
    case 'extractions':
      return Object.keys(callback.documents).join(', ');
    case 'verifications':
      return Object.keys(callback.verifications).join(', ');
    case 'error':
      return callback.error_message ?? 'no message';
  }
}
\`\`\`

Times are those of the bundled scenarios with the default settings. See [settings](settings.md).

## How your endpoint should respond

Respond 200 quickly, with a JSON body or none, and do the work afterwards. Any other 2xx counts as delivered. Ringback
records a violation of the attempt when your response is not what the provider requires: another status, a body that is not
JSON, a redirect, or more than 10 s. \`GET /_ringback/deliveries\` shows violations. Express's \`res.sendStatus(200)\` sends the
text \`OK\`, which is no JSON: use \`res.status(200).end()\`.

Informed retries after 429, 500, 502, 503, 504, a timeout or a connection error: five times, after 1, 2, 4, 8 and 16 s.
DocDigitizer does not retry. The same callback can arrive twice, so make your handler idempotent.

${sections.map(sectionText).join('\n\n')}
`;
}

function sectionText({ type, schema, sent, when, url }: CallbackSection): string {
  const loose = `schemas/callbacks/${schema}.schema.json`;
  const strict = `schemas/callbacks/${schema}.strict.schema.json`;
  const example = shortestExample(loose);
  const text =
    url === undefined
      ? `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``
      : `\`\`\`http\nGET ${appendQuery(url, Object.keys(example), example)}\n\`\`\``;
  return `## ${type}

- **How:** ${sent}
- **When:** ${when}
- **Schemas:** [${code(loose)}](../${loose}), [${code(strict)}](../${strict})

${text}`;
}

function shortestExample(file: string): JsonObject {
  const { examples = [] } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { examples?: JsonObject[] };
  const [shortest] = examples.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  if (shortest === undefined) throw new Error(`Could not show ${file}: it has no examples. Add one.`);
  return shortest;
}
