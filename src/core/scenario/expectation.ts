/** What a good consumer does about a callback that a fault strikes: what `expect` of the fault may say. */
export const expectations = {
  acknowledged: 'acknowledges it with a 2xx, on a retry at the latest',
  refused: 'refuses it with a 4xx',
  answered: 'acknowledges or refuses it: 2xx or 4xx',
  unanswered: 'cannot acknowledge it: no complete request arrives',
} as const;

export type Expectation = keyof typeof expectations;
export const expectationNames = Object.keys(expectations) as Expectation[];
