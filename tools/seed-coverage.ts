import { writeFileSync } from 'node:fs';
import { docdigitizerCallbackFeature } from '../test/seeds/docdigitizer-callback-feature.ts';
import { informedAsyncCallbacks } from '../test/seeds/informed-async-callbacks.ts';
import { type SeedDocument, statesBehaviour, statesNone } from '../test/seeds/seed-document.ts';

const head = `# What the providers' documents say, and the tests that show it

Two public documents say how the providers call back. Each of their sentences is listed here: those that state what a
provider does with the test that shows it, whose name is the sentence itself, and those that state nothing of the kind
with the reason. Headings and sample payloads are left out; the samples live on as \`examples\` in \`schemas/callbacks/\`.

Made by \`npm run generate\` from the lists in \`test/seeds/\`; that each sentence has its test is a test too.
`;

function section({ title, tests, sentences }: SeedDocument): string {
  const stating = sentences.filter(statesBehaviour);
  const others = sentences.filter(statesNone);
  return `
## ${title}

${stating.length} sentences with a test in [\`test/seeds/${tests}\`](../test/seeds/${tests}):

| sentence = name of the test | shown by |
| --- | --- |
${stating.map(({ says, shown }) => row(says, shown)).join('\n')}

${others.length} without one:

| sentence | why |
| --- | --- |
${others.map(({ says, because }) => row(says, because)).join('\n')}
`;
}

function row(...cells: readonly string[]): string {
  // A backtick within a quoted message would open inline code that is never closed.
  const escaped = cells.map((cell) =>
    cell.replaceAll('|', '\\|').replaceAll("`' @", "\\`' @").replaceAll('*', '\\*'),
  );
  return `| ${escaped.join(' | ')} |`;
}

const documents = [docdigitizerCallbackFeature, informedAsyncCallbacks];
writeFileSync(new URL('../docs/seed-coverage.md', import.meta.url), head + documents.map(section).join(''));
