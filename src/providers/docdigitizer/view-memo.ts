import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { Resource } from '../../core/engine/records.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';

/** The inputs of a document's view, in addition to the document. */
export interface ViewParts {
  readonly plan: Plan | undefined;
  readonly settings: Settings;
  readonly deliveries: readonly Delivery[];
}

/**
 * The most recent views of a space's documents, for clients that poll. Records are values: as long as they are the same
 * objects, the view is the same. A store that returns new objects each time makes the memo useless, but never wrong.
 */
export class ViewMemo {
  readonly #limit: number;
  /** By the documents' ids, the oldest first. */
  readonly #made = new Map<string, MadeView>();

  /** @param limit the maximum number of views */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The view of a document. Returns the previous one if none of its inputs has changed. */
  get(document: Resource, parts: ViewParts, make: () => JsonObject): JsonObject {
    const known = this.#made.get(document.id);
    if (known !== undefined && known.document === document && areSame(known.parts, parts)) return known.view;
    const view = make();
    this.#made.delete(document.id);
    this.#made.set(document.id, { document, parts, view });
    if (this.#made.size > this.#limit) this.#dropOldest();
    return view;
  }

  #dropOldest(): void {
    for (const oldest of this.#made.keys()) {
      this.#made.delete(oldest);
      return;
    }
  }
}

interface MadeView {
  readonly document: Resource;
  readonly parts: ViewParts;
  readonly view: JsonObject;
}

function areSame(a: ViewParts, b: ViewParts): boolean {
  if (a.plan !== b.plan || a.settings !== b.settings) return false;
  if (a.deliveries.length !== b.deliveries.length) return false;
  return a.deliveries.every((delivery, index) => delivery === b.deliveries[index]);
}
