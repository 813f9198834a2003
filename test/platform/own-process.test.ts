import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('only the command line sets V8 flags and forces collections', () => {
  const users = globSync('src/**/*.ts').filter((file) =>
    /setFlagsFromString/.test(readFileSync(file, 'utf8')),
  );
  expect(users.sort()).toEqual(['src/platform/garbage-collector.ts', 'src/platform/tune-v8.ts']);
  const importers = globSync('src/**/*.ts').filter((file) =>
    /from '.*\/(garbage-collector|idle-memory|tune-v8)\.ts'/.test(readFileSync(file, 'utf8')),
  );
  expect(importers.sort()).toEqual(['src/cli/serve.ts', 'src/platform/idle-memory.ts']);
});
