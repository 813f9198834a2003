import { afterAll, afterEach } from 'vitest';
import { closeAll } from './closing.ts';
import { collectDefects, takeDefects } from './defects.ts';

// Runs before each test file: whatever a server of ours sends in any test has to keep the contract.
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
