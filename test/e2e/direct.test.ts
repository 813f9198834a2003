import { describe } from 'vitest';
import { startRingback } from '../support/ringback.ts';
import { docdigitizerSuite } from './docdigitizer-suite.ts';
import { informedSuite } from './informed-suite.ts';
import type { Target } from './target.ts';

async function direct(): Promise<Target> {
  const ringback = await startRingback();
  return { ringback, api: ringback.url, send: fetch };
}

describe('DocDigitizer', () => docdigitizerSuite(direct));
describe('Informed', () => informedSuite(direct));
