import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const source = new URL('../../src/testing/nock.ts', import.meta.url).href;

test('nockProvider says how to install nock when it is missing', () => {
  // Makes Node look for nock where it is not installed, so that the import fails.
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (name, context, next) =>
        next(name, name === 'nock' ? { ...context, parentURL: 'file:///nowhere/index.js' } : context),
    });
    const { nockProvider } = await import(${JSON.stringify(source)});
    await nockProvider().catch(({ code, message }) => console.log(code, message));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({
    stdout:
      'package.missing Could not call nockProvider: the package nock is not installed. Install it: npm install --save-dev nock@15.\n',
    stderr: '',
  });
});
