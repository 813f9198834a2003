import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test.each([
  ['nock', 'nockProvider', 15],
  ['msw', 'mswProvider', 3],
])('without %s, %s says how to install it', (missing, call, major) => {
  const source = new URL(`../../src/testing/${missing}.ts`, import.meta.url).href;
  // Makes Node look for the package where it is not installed, so that the import fails.
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (name, context, next) =>
        next(name, name === '${missing}' ? { ...context, parentURL: 'file:///nowhere/index.js' } : context),
    });
    const { ${call} } = await import(${JSON.stringify(source)});
    await ${call}().catch(({ code, message }) => console.log(code, message));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({
    stdout: `package.missing Could not call ${call}: the package ${missing} is not installed. Install it: npm install --save-dev ${missing}@${major}.\n`,
    stderr: '',
  });
});
