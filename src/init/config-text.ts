import type { Contract } from '../core/contract/contract.ts';
import { listed } from '../core/contract/find-callback.ts';
import { declaredSignatures } from '../core/signing/declared-signatures.ts';
import { type OpenQuestions, openQuestions } from './open-questions.ts';
import { comment, inline } from './yaml-text.ts';

export interface ConfigOrder {
  readonly contract: Contract;
  /** Path of the contract, relative to the file. */
  readonly path: string;
  readonly name: string;
  /** Folder of the scenarios, relative to the file. Null: none are written. */
  readonly scenarios: string | null;
  /** Path of the JSON Schema of the configuration, relative to the file. */
  readonly schema: string;
}

/** How many operations the file has suggestions for. */
const mostOperations = 20;

/** The text of `ringback.yaml`: the options that matter for a contract, with comments. */
export function configFile({ contract, path, name, scenarios, schema }: ConfigOrder): string {
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    ...comment(
      `Ringback for ${`${contract.title} ${contract.version}`.trim()}. In this folder, npx ringback serve uses this file.`,
    ),
    ...comment('The paths in it are relative to it. What the command line says comes first.'),
    '',
    `contract: ${inline(path)}`,
    '',
    ...comment('The name of the provider in scenarios, settings and logs.'),
    `name: ${inline(name)}`,
    '',
    ...comment(
      'Files and folders with scenarios. A scenario named "default" plays when nothing else is chosen.',
    ),
    scenarios === null ? '# scenarios: [./scenarios]' : `scenarios: [${inline(scenarios)}]`,
    ...webhookLines(contract),
    ...signingLines(contract),
    ...operationLines(contract),
  ];
  return `${lines.join('\n')}\n`;
}

function webhookLines({ callbacks }: Contract): readonly string[] {
  const webhooks = [...callbacks.values()].filter(({ kind }) => kind !== 'callback');
  if (webhooks.length === 0) return [];
  return [
    '',
    ...comment(
      `Where the ${webhooks.length === 1 ? 'webhook goes' : `${webhooks.length} webhooks go`}. A webhook is sent when a scenario names it.`,
    ),
    'webhooks: { to: "http://127.0.0.1:3000/webhooks" }',
  ];
}

/** Without a secret, the fixed test secret signs. A variable that is not set would be an error. */
function signingLines({ callbacks }: Contract): readonly string[] {
  const signings = [...callbacks.values()].flatMap((type) => declaredSignatures(type).signings);
  const headers = [...new Set(signings.map(({ header }) => header))];
  if (headers.length === 0) return [];
  const schemes = [...new Set(signings.map(({ known, isGuess }) => (isGuess ? undefined : known.scheme)))];
  const [scheme] = schemes;
  const lines = comment(
    `The contract declares the signature ${headers.join(', ')}${scheme === undefined ? '' : ` (${scheme})`}. A fixed test secret signs, which the start shows. To use yours:`,
  );
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of ringback.yaml
  if (scheme !== undefined) return ['', ...lines, "# signing: { secret: '${WEBHOOK_SECRET}' }"];
  return [
    '',
    ...lines,
    "# signing: { scheme: hmac, secret: '${WEBHOOK_SECRET}' }",
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
    ...comment(
      'How it is made is a guess. If yours differs, set algorithm, encoding, prefix and template, too.',
    ),
  ];
}

/** Suggestions, commented out: they are likely, not certain. */
function operationLines(contract: Contract): readonly string[] {
  const questions = openQuestions(contract);
  if (questions.length === 0) return [];
  const rest = questions.length - mostOperations;
  return [
    '',
    ...comment('What the contract leaves open. Remove the # where you want to change it.'),
    ...['operations:', ...questions.slice(0, mostOperations).flatMap(suggestions)].map((line) => `# ${line}`),
    ...(rest > 0 ? comment(`… and ${rest} more operations. ringback validate lists what is unknown.`) : []),
  ];
}

function suggestions({ operation, id, callbackUrl, callbacks }: OpenQuestions): readonly string[] {
  const lines: string[] = [];
  if (id !== null) lines.push(...comment(id.why), `id: ${inline(id.suggestion)}`);
  if (callbackUrl !== null)
    lines.push(...comment(callbackUrl.why), `callbackUrl: ${inline(callbackUrl.suggestion)}`);
  const [first, ...others] = callbacks.map(({ type, event }) => (isOnly(event, callbacks) ? event : type));
  if (first !== undefined) {
    const also = `It also declares ${listed(others)}.`;
    lines.push(...comment(`Sent by default, in this order. ${also}`), `callbacks: ${inline([first])}`);
  }
  return [`  ${inline(operation.id)}:`, ...lines.map((line) => `    ${line}`)];
}

function isOnly(event: string, callbacks: readonly { readonly event: string }[]): boolean {
  return callbacks.filter((each) => each.event === event).length === 1;
}
