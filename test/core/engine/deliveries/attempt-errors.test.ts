import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { attemptErrors } from '../../../../src/core/engine/deliveries/attempt-errors.ts';

test('the contract lists every code of a failed attempt', () => {
  const contract = parse(readFileSync('openapi.control.yaml', 'utf8'));
  expect(contract.components.schemas.AttemptErrorCode.enum).toEqual(Object.keys(attemptErrors));
});
