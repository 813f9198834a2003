/** The parts of the language that a provider defines. */
export interface LanguageShape {
  readonly provider: string;
  readonly outcome: object;
  /** Properties of a fault's `on` in addition to `callback`, `nth` and `attempt`. */
  readonly selectors: object;
  /** Values of `contradict` other than its words: objects with one property. */
  readonly contradiction: object;
  readonly settings: object;
  /** Time of each part of an outcome. */
  readonly timings: object;
  readonly trigger: string;
  readonly callback: string;
  readonly operation: string;
  /** Operations without a run. No scenario can respond to them. */
  readonly withoutRun: string;
}

/** An object with exactly one of the properties of `T`. */
export type ExactlyOne<T> = {
  [K in keyof T]: Pick<T, K> & None<Exclude<keyof T, K>>;
}[keyof T];

/** Properties that must be absent. */
export type None<K extends PropertyKey> = { readonly [P in K]?: never };
