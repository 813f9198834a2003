import { formatDuration } from '../duration.ts';
import type { ExplainedEvent, Explanation } from './explanation.ts';
import {
  attemptOf,
  changeInWords,
  deliveryOf,
  faultsInWords,
  inBrackets,
  resultInWords,
  singleValues,
} from './wording.ts';

/**
 * An explanation as a Mermaid sequence diagram between the consumer (C) and Ringback (R). It uses only participants,
 * notes and three arrows, and escapes everything in texts that Mermaid would interpret.
 */
export function renderMermaid(explained: Explanation): string {
  let last = -1;
  const lines = explained.events.flatMap((event) => {
    const drawn = arrows(event, explained);
    if (drawn.length === 0 || event.atMs === last) return drawn;
    last = event.atMs;
    return [`Note over C,R: +${formatDuration(event.atMs)}`, ...drawn];
  });
  return [
    'sequenceDiagram',
    '  participant C as consumer',
    '  participant R as Ringback',
    ...[`Note over C,R: ${plain(explained.scenario)}`, ...lines].map((text) => `  ${text}`),
    '',
  ].join('\n');
}

function arrows(event: ExplainedEvent, explained: Explanation): readonly string[] {
  switch (event.kind) {
    case 'request':
      return [`C->>R: ${plain(event.operation)}`];
    case 'answer':
      return event.status === null
        ? [`R--xC: ${plain(`the answer is lost${inBrackets(event.faults)}`)}`]
        : [`R-->>C: ${plain(`${event.status}${inBrackets(event.faults)}`)}`];
    case 'step':
      return event.set === null ? [] : [`Note right of R: ${plain(changeInWords(event.set))}`];
    case 'dropped': {
      const delivery = deliveryOf(explained, event.delivery);
      return [`Note right of R: ${plain(`${delivery.callback} never leaves${faultsInWords(delivery)}`)}`];
    }
    case 'attempt': {
      const { delivery, attempt } = attemptOf(explained, event);
      if (attempt.request === null)
        return [`Note right of R: ${plain(`${delivery.callback} not sent [drop]`)}`];
      const again = attempt.number === 1 ? '' : `, attempt ${attempt.number}`;
      const call = plain(
        `${attempt.request.method} ${delivery.callback} ${singleValues(delivery.payload)}${again}${faultsInWords(delivery, attempt)}`,
      );
      const result = plain(resultInWords(attempt));
      return attempt.statusCode === null
        ? [`R-xC: ${call}`, `Note right of R: ${result}`]
        : [`R->>C: ${call}`, `C-->>R: ${result}`];
    }
  }
}

/** Replaces what ends a statement, starts an entity or is markup by entities, and line breaks by blanks. */
function plain(text: string): string {
  return text
    .replace(/[#;<>&"]/g, (character) => `#${character.charCodeAt(0)};`)
    .replace(/\s+/g, ' ')
    .trim();
}
