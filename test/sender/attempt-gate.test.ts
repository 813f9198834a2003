import { expect, it } from 'vitest';
import { AttemptGate } from '../../src/sender/attempt-gate.ts';

it('the attempt gate limits concurrent attempts, and lets waiting ones through in order', () => {
  const gate = new AttemptGate(2);
  const passed: string[] = [];
  const come = (name: string): void => {
    if (gate.enter()) passed.push(name);
    else gate.wait(() => come(name));
  };
  for (const name of ['a', 'b', 'c', 'd']) come(name);
  expect([passed, gate.contested]).toEqual([['a', 'b'], true]);
  gate.leave();
  expect(passed).toEqual(['a', 'b', 'c']);
  gate.leave();
  gate.leave();
  expect([passed, gate.contested, gate.enter()]).toEqual([['a', 'b', 'c', 'd'], false, true]);
});
