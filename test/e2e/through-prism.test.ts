import { beforeAll, describe, expect, it } from 'vitest';
import { docdigitizerClient } from '../support/clients.ts';
import { takeDefects } from '../support/defects.ts';
import { docdigitizerSuite } from './docdigitizer-suite.ts';
import { informedSuite } from './informed-suite.ts';
import { startBehindPrism } from './prism.ts';
import type { Target } from './target.ts';

let shared: Promise<Target> | undefined;

function behindPrism(): Promise<Target> {
  shared ??= startBehindPrism();
  return shared;
}

const limits = { asciiFilesOnly: true, noPercentEncodedForms: true };

describe('DocDigitizer, judged by Prism', () => docdigitizerSuite(behindPrism, limits));
describe('Informed, judged by Prism', () => informedSuite(behindPrism, limits));

describe('the judge', () => {
  let target: Target;
  beforeAll(async () => {
    target = await behindPrism();
    await target.ringback.reset();
  });

  it('Prism refuses a request that the contract forbids', async () => {
    const client = docdigitizerClient(target.api, target.send);
    await expect(client.submit({ callback_method: 'PUT' })).rejects.toThrow(
      /Prism objects .*callback_method/,
    );
  });

  it('Prism refuses a response that the contract does not declare, as our own check does', async () => {
    await target.ringback.set({ 'docdigitizer.acceptedStatus': 201 });
    const client = docdigitizerClient(target.api, target.send);
    await expect(client.submit({})).rejects.toThrow(/Prism objects/);
    expect(takeDefects().map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The response 201 of submitDocument violates the contract: /),
    ]);
  });
});
