import type { JsonObject } from '../../core/json.ts';

/** The collections that can be queried, by name. */
export type Collections = Readonly<Record<string, readonly JsonObject[]>>;

/** The result of a query. */
export interface QueryAnswer {
  readonly status: number;
  /** `x-total-count` and `link`, if json-server would send them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly JsonObject[];
}

/** Processes queries in json-server's language. */
export interface QueryRouter {
  /**
   * @param path collection and query: `runs?state=playing&_sort=createdAt`
   * @param link what URLs in the header `Link` are made from: the request's own URL, with its whole query
   */
  ask(path: string, link: string, collections: Collections): Promise<QueryAnswer>;
}
