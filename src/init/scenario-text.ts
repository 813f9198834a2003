import type { CallbackType, Operation } from '../core/contract/contract.ts';
import type { DraftedScenario, ScenarioDraft } from './draft-scenarios.ts';
import { comment, firstSentence, inline } from './yaml-text.ts';

/** What the file of a callback says above its scenarios. */
export interface ScenarioFileOrder {
  readonly type: CallbackType;
  readonly drafts: readonly ScenarioDraft[];
  /** A request that starts a run in which the callback can be sent. */
  readonly submission: Operation;
  /** Path or URL of the JSON Schema of scenarios, relative to the file. */
  readonly schema: string;
}

/** The text of the scenario file of a callback: YAML with comments. */
export function scenarioFile({ type, drafts, submission, schema }: ScenarioFileOrder): string {
  const played = drafts.flatMap((draft) => ('scenario' in draft ? [draft.scenario.name] : []));
  const example = played.find((name) => name.endsWith('-duplicate')) ?? played[0] ?? '';
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    ...comment(subject(type)),
    ...comment(firstSentence(type.description)),
    '#',
    ...comment(
      `To play a scenario, send its name in the header X-Ringback-Scenario of ${submission.method} ${submission.path}.`,
    ),
    ...comment(`To see what it does: npx ringback scenario explain ${example}`),
  ];
  let isFirst = true;
  for (const draft of drafts) {
    const isScenario = 'scenario' in draft;
    lines.push(isScenario && !isFirst ? '---' : '');
    lines.push(
      ...comment(
        isScenario ? draft.title : `${draft.title}: there is no scenario here, since ${draft.missing}`,
      ),
    );
    if (isScenario) {
      lines.push(...scenarioLines(draft.scenario));
      isFirst = false;
    }
  }
  return `${lines.join('\n')}\n`;
}

function subject({ kind, event, operation, methods: [method = ''], expression }: CallbackType): string {
  if (kind !== 'callback') return `The webhook ${event}: ${method} to webhooks.to of ringback.yaml.`;
  return `The callback ${event} of ${operation}: ${method} ${expression}`;
}

function scenarioLines({ name, description, timeline, faults }: DraftedScenario): readonly string[] {
  const lines = [`name: ${inline(name)}`, `description: ${inline(description)}`, 'timeline:'];
  for (const step of timeline) {
    const members = Object.entries(step).map(([key, value]) => `${key}: ${inline(value)}`);
    lines.push(...members.map((member, index) => `${index === 0 ? '  - ' : '    '}${member}`));
  }
  if (faults !== undefined) lines.push('faults:', ...faults.map((fault) => `  - ${inline(fault)}`));
  return lines;
}
