import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function node(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}

/** Makes Node report version 20.19.2. */
const old = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process.versions, 'node', { value: '20.19.2' }); Object.defineProperty(process, 'version', { value: 'v20.19.2' });",
)}`;
const sentence =
  'ringback needs Node.js 22.19 or newer; this is v20.19.2. Install a newer Node.js and run it again.';

describe('on a Node.js that is too old', () => {
  test('the command reports a Node.js that is too old, and exits', () => {
    expect(node('--import', old, at('../bin/ringback.mjs'), 'serve')).toEqual({
      status: 3,
      stdout: '',
      stderr: `${sentence}\n`,
    });
  });

  test.each(['index', 'testing/matchers', 'testing/node-test', 'testing/nock', 'testing/msw'])(
    'the import of %s says so in the same words and ends',
    (entry) => {
      const program = `import ${JSON.stringify(at(`../src/${entry}.ts`))}; setInterval(() => undefined, 1000);`;
      const { status, stderr } = node('--import', old, '--input-type=module', '--eval', program);
      expect(status).toBe(1);
      expect(stderr).toContain(`Error: ${sentence}\n`);
    },
  );
});

describe('where Node.js does not allow code generation from strings', () => {
  const flag = '--disallow-code-generation-from-strings';
  const reason =
    'Could not compile schemas and routes: this Node.js does not allow code generation from strings. Start it without --disallow-code-generation-from-strings.';

  test('the server refuses to start with that reason', () => {
    const { status, stderr } = node(flag, at('../src/cli/main.ts'), 'serve', '--port', '0');
    expect({ status, stderr }).toEqual({ status: 3, stderr: `ringback: ${reason}\n` });
  });

  test('validateCallback throws an error with that reason', () => {
    const index = JSON.stringify(at('../src/index.ts'));
    const program = `import { validateCallback } from ${index}; try { validateCallback({ event_type: 'error' }); } catch (error) { console.log(error.code, error.message); }`;
    const { stdout, stderr } = node(flag, '--input-type=module', '--eval', program);
    expect({ stdout, stderr }).toEqual({ stdout: `node.restricted ${reason}\n`, stderr: '' });
  });
});
