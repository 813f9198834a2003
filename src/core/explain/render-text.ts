import { formatDuration } from '../duration.ts';
import type { ExplainedEvent, Explanation } from './explanation.ts';
import {
  attemptOf,
  countDeliveries,
  deliveryOf,
  expectationInWords,
  faultsInWords,
  inBrackets,
  resultInWords,
  singleValues,
  stepInWords,
} from './wording.ts';

/** An explanation as a readable timeline, with one line for each event. */
export function renderText(explained: Explanation): string {
  const { scenario, description, answers, seed, events, deliveries, endsAtMs, bound, notes } = explained;
  const times = events.map(({ atMs }) => `+${formatDuration(atMs)}`);
  const width = Math.max(0, ...times.map((time) => time.length));
  const lines = events.map((event, i) => `${(times[i] ?? '').padStart(width)}  ${line(event, explained)}`);
  const consumer =
    answers.length === 1
      ? `a consumer that responds ${answers[0]}`
      : `a consumer that responds ${answers.join(', ')}, and so on`;
  const end =
    bound === null
      ? `Over after ${formatDuration(endsAtMs)}: ${countDeliveries(deliveries)}.`
      : `Not over after ${formatDuration(endsAtMs)} (${bound}): ${countDeliveries(deliveries)}.`;
  return [
    scenario,
    ...(description === '' ? [] : [description]),
    '',
    `Played for a typical client and ${consumer}, with the seed ${seed}:`,
    '',
    ...lines,
    '',
    end,
    ...notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}

function line(event: ExplainedEvent, explained: Explanation): string {
  switch (event.kind) {
    case 'request':
      return `request   ${event.operation}: ${event.method} ${event.path}`;
    case 'answer': {
      const why = event.detail === null ? '' : `: ${event.detail}`;
      return `response  ${event.operation}: ${event.status ?? 'lost on the way'}${why}${inBrackets(event.faults)}`;
    }
    case 'step':
      return `step      ${stepInWords(event, explained)}`;
    case 'dropped': {
      const delivery = deliveryOf(explained, event.delivery);
      return `callback  #${event.delivery} ${delivery.callback} never leaves${faultsInWords(delivery)}`;
    }
    case 'attempt': {
      const { delivery, attempt } = attemptOf(explained, event);
      const again = attempt.number === 1 ? '' : `, attempt ${attempt.number}`;
      const method = attempt.request === null ? '' : ` ${attempt.request.method}`;
      const values = singleValues(delivery.payload);
      return `callback  #${event.delivery} ${delivery.callback}${method} ${values}${again}${faultsInWords(delivery, attempt)} → ${resultInWords(attempt)}${expectationInWords(delivery, attempt)}`;
    }
  }
}
