/** The values of a fault's `expect`: how a good consumer responds to a callback that the fault strikes. */
export const expectations = {
  acknowledged: 'acknowledges it with a 2xx, on a retry at the latest',
  refused: 'refuses it with a 4xx',
  answered: 'acknowledges or refuses it: 2xx or 4xx',
  unanswered: 'cannot acknowledge it: no complete request arrives',
} as const;

export type Expectation = keyof typeof expectations;
export const expectationNames = Object.keys(expectations) as Expectation[];
