import { type Addition, additions } from './additions.ts';
import { generatedFrom, table } from './markdown.ts';

/** `docs/bundled-providers.md`: what the bundled providers add in code, and what a change of their contract does. */
export function bundledProvidersPage(): string {
  const sections = Object.entries(additions).map(
    ([name, list]) =>
      `### ${name}\n\n${table(['Addition', 'What the code decides', 'Files'], list.map(row))}`,
  );
  return `${generatedFrom('tools/docs/additions.ts')}

# The bundled providers and their contract

[openapi.yaml](../openapi.yaml) is the contract of both bundled providers. Their code adds what no contract can say. You can
change a copy of the contract, and serve it: what you change shows from outside.

\`\`\`bash
npm start -- my-openapi.yaml
\`\`\`

A copy is recognized by \`x-ringback-provider\` on its tags. Keep the folder \`schemas/\` beside it.

## What a change does

- **A renamed field** is read and answered under its new name, with the value of the former one. A property that is gone is
  the same as a new one if both have the same schema, or if there is one of each, of one type.
- **Another expression** of a callback decides where it goes. If the submission has no value for it, nothing is sent, and
  the run has a warning.
- **A new response property or header** is made up: valid, and the same each time. Properties that the contract
  does not allow are replaced or left out. So is a new required property, parameter or header of a callback.
- **Another status, media type or path** of an operation is used.
- **\`security: []\`**, on an operation or for the whole contract, needs no credentials. Another scheme needs those that
  it declares: any, unless the setting \`<provider>.credentials\` lists some.
- **A new operation** is played as that of [any contract](any-contract.md), with its resources and callbacks.
- **A removed operation** is a 404. The start and \`GET /_ringback/contract\` say so.
- **A new callback or webhook** is sent where a scenario names it, and by hand.
- **A removed callback** is not sent. The run that would send it has a warning. One that is left under \`webhooks\` only
  goes to \`--webhooks-to\`.

What a scenario sets in \`payload\` or \`query\` is sent as it is, under the names of your contract. Outcomes, \`set\` and
\`/_ringback/data\` keep the names of the bundled contract. \`x-ringback-payload\` describes the query parameters of a callback
once more: change both.

## What the code adds

The files are in \`src/providers/docdigitizer\` and \`src/providers/informed\`.

${sections.join('\n\n')}
`;
}

function row({ what, why, files }: Addition): readonly string[] {
  return [what, why, files.map((file) => `\`${file}\``).join(', ')];
}
