import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { execForm, isIgnored, readDockerfile } from '../../tools/container/read-dockerfile.ts';
import { root } from './markdown.ts';

const text = `# a comment
FROM node:24 AS build
RUN npm ci && \\
    npm pack

FROM node:24-slim
copy --from=build /a /b
CMD ["serve", "x"]
`;

it('reads the stages of a Dockerfile, with their instructions', () => {
  const [build, last] = readDockerfile(text);
  expect(build).toEqual({
    image: 'node:24',
    name: 'build',
    instructions: [{ name: 'RUN', text: 'npm ci &&     npm pack', line: 3 }],
  });
  expect(last?.instructions.map(({ name, line }) => [name, line])).toEqual([
    ['COPY', 7],
    ['CMD', 8],
  ]);
  const command = last?.instructions[1];
  expect(command && execForm(command)).toEqual(['serve', 'x']);
});

it('refuses an instruction before the first FROM, and a command that is not an array of strings', () => {
  expect(() => readDockerfile('RUN ls')).toThrow('line 1: no FROM before it');
  expect(() => execForm({ name: 'CMD', text: '[1]', line: 4 })).toThrow('line 4');
});

it('leaves out what .dockerignore names, wherever it is with **', () => {
  const patterns = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const ignored = ['node_modules/a', 'examples/payments/node_modules', 'test/a.ts', 'x.tgz', '.git', 'dist'];
  for (const path of ignored) expect(isIgnored(path, patterns), path).toBe(true);
  const kept = ['src/test.ts', 'examples/node-test/test/webhook.test.ts', 'docs/testing.md', '.gitignore'];
  for (const path of kept) expect(isIgnored(path, patterns), path).toBe(false);
});
