import { isJsonObject } from '../../core/json.ts';
import type { ChosenAnswer } from './choose-answer.ts';
import { answerOf, type MadeAnswer } from './make-answer.ts';
import { type Page, withPage } from './paging.ts';
import type { ResourcePlace } from './resource-shape.ts';
import type { Sampler } from './sampler.ts';
import { type ShownState, showList } from './show-resource.ts';

/** The response with a page of resources in place of the made-up ones. As it is if no valid body has them. */
export function listAnswer(
  sampler: Sampler,
  place: ResourcePlace | null,
  chosen: ChosenAnswer,
  made: MadeAnswer,
  page: Page<ShownState>,
): MadeAnswer {
  const media = chosen.media?.declaration;
  if (media === undefined || place === null || made.body === undefined) return made;
  const shown = showList(media, place, made.body, page.items);
  if (shown === null) return made;
  const told = isJsonObject(shown.body) ? withPage(shown.body, page) : shown.body;
  const body = media.validate(told).length === 0 ? told : shown.body;
  return answerOf(sampler, chosen, { ...made, body, headers: made.answer.headers ?? {} });
}
