import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendQuery } from '../../src/core/engine/deliveries/compose-callback.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { code, generatedFrom } from './markdown.ts';

const root = join(import.meta.dirname, '../..');

interface CallbackSection {
  /** As runs, deliveries and `ringback validate` name it. */
  readonly type: string;
  /** Its schema, without folder and ending. */
  readonly schema: string;
  readonly sent: string;
  readonly when: string;
  /** A callback whose members are query parameters: where the example goes. */
  readonly url?: string;
}

const sections: readonly CallbackSection[] = [
  {
    type: 'docdigitizer.documentState',
    schema: 'document-state',
    sent: 'GET, or POST when the submission asked for `callback_method=POST`; in both cases as query parameters, appended to the ones that `callbackUrl` may already have.',
    when: 'After machine learning (state 30, 2 s after the submission unless a scenario or a setting says otherwise), and when all is done (91, 92 or 999, after 10 s). After a synchronous submission only the second. Without a `callbackUrl`, never.',
    url: 'https://consumer.example/documents?tenant=7',
  },
  {
    type: 'docdigitizer.documentStateOverview',
    schema: 'document-state-overview',
    sent: 'Like `docdigitizer.documentState`, in its place when the setting `docdigitizer.callbackVariant` is `documentStateOverview`.',
    when: 'When all is done; this form has no word for what comes before.',
    url: 'https://consumer.example/documents',
  },
  {
    type: 'docdigitizer.documentStateV1',
    schema: 'document-state-v1',
    sent: 'Like `docdigitizer.documentState`, for submissions to API v1, and for those to API v2 when the setting `docdigitizer.callbackVariant` is `documentStateV1`.',
    when: 'Status `start` right after a submission to API v1 that plays an outcome, `classified` after machine learning, then `annotated` or `rejected`. A timeline of your own sends what it says. In the place of `documentState`, for API v2, no `start` comes.',
    url: 'https://consumer.example/documents',
  },
  {
    type: 'informed.extractions',
    schema: 'extractions',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'Once for each uploaded file, 5 s after its upload, when the registration asked for the service `extract`.',
  },
  {
    type: 'informed.verifications',
    schema: 'verifications',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'When the registration asked for the service `verify`: after nothing was uploaded or extracted for 3 s, and after an update. Each is over everything available at that time and replaces the one before.',
  },
  {
    type: 'informed.error',
    schema: 'error',
    sent: 'POST with a JSON body, to the `webhook` of the registration.',
    when: 'In place of the extractions of a file that cannot be processed, or in place of the verifications (`Verification response is delayed`, without a file, and none will follow).',
  },
];

/** `docs/callbacks.md`: each callback type, when it comes, its schemas, an example. */
export function callbacksPage(): string {
  return `${generatedFrom('tools/docs/callbacks-page.ts', 'schemas/callbacks/')}

# Callbacks

What a callback is called, when it comes, and what it holds. Check one that you have caught with
\`ringback validate <file>\`, type it with \`ringback/types\`.

Each type has two schemas. The loose one is for who *receives* callbacks: it accepts what a provider may change without
notice (unknown members, null for a text or a number, a member left out that may be null, new values of an enumeration).
The strict one pins today's shape, and is for who *builds* them. Whatever Ringback sends is checked before it leaves.

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

Times are those of the shipped scenarios under the default settings; see [settings](settings.md).

## What your endpoint should answer

200, quickly, with a JSON body or none; then work. Any other 2xx counts as delivered. What departs from what the provider
asks for (another status, a body that is not JSON, a redirect, more than 10 s) is recorded as a violation on the attempt:
\`GET /_ringback/deliveries\` shows it.

Informed sends again after 429, 500, 502, 503, 504, a timeout or a connection error: five more times, 1, 2, 4, 8 and 16 s
apart. DocDigitizer sends once. The same callback can therefore reach you twice: take a second one as the first.

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
  if (shortest === undefined) throw new Error(`Failed to show ${file}: it has no examples. Add one.`);
  return shortest;
}
