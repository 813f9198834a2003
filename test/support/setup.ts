import { afterAll, afterEach } from 'vitest';
import { closeAll } from './closing.ts';
import { collectDefects, takeDefects } from './defects.ts';

// Runs before each test file: everything that our servers send in any test must be valid by the contract.
collectDefects();

afterEach(failOnDefects);

afterAll(async () => {
  await closeAll();
  failOnDefects();
});

function failOnDefects(): void {
  const [first, ...others] = takeDefects();
  if (first === undefined) return;
  const more = others.map(({ message }) => `\n${message}`).join('');
  throw new Error(`Ringback has a defect. ${first.message}${more}`, { cause: first.error });
}
