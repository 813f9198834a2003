import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import ts from '../../tools/types/node_modules/typescript/lib/typescript.js';

/**
 * An error thrown by a listener, a timer or a microtask has no caller and ends the process. So each one is made by
 * `guarded`, makes only one call that cannot throw, or has a row here that says why it cannot.
 */
const exceptions: readonly (readonly [file: string, count: number, why: string])[] = [
  ['src/platform/idle-memory.ts', 1, 'reads counters of V8 and of the process'],
  ['src/check/mock/mock.ts', 1, 'aborts a request, which rejects'],
  ['src/check/run-check.ts', 2, 'aborts the check, which rejects'],
  ['src/check/stage/send-raw.ts', 3, 'destroys; keeps the beginning of a string'],
  ['src/check/team/request-url.ts', 1, 'aborts a request, which rejects'],
  ['src/check/team/run-command.ts', 6, 'keeps bounded output, kills with a try of its own, resolves'],
  ['src/cli/check.ts', 2, 'aborts the check, which rejects'],
  ['src/cli/last-net.ts', 2, 'end the process'],
  ['src/cli/line-writer.ts', 1, 'a stream of the process reports a failed write as an event'],
  ['src/cli/main.ts', 1, 'throws what no command can go on from, and serve ends by its last net'],
  ['src/cli/serve.ts', 3, 'ends the process, or writes its last lines'],
  ['src/files/private-folder.ts', 1, 'runs when the process ends, with a try of its own'],
  ['src/files/receive-file.ts', 1, 'rejects'],
  ['src/http-client/request.ts', 4, 'ends the request, which rejects'],
  ['src/platform/machine-time.ts', 2, 'passes callbacks on, which are guarded where they are made'],
  ['src/sender/connection.ts', 2, 'a turn that ends in a guarded one; a listener with a try of its own'],
  ['src/sender/faulty-exchange.ts', 1, 'resolves'],
  ['src/sender/faulty-socket.ts', 1, 'destroys'],
  ['src/sender/http-sender.ts', 1, 'each exchange guards itself'],
  ['src/server/control/event-stream.ts', 1, 'ends the stream'],
  ['src/server/control/wait-for-items.ts', 2, 'resolves'],
  ['src/server/body/decode-request.ts', 1, 'destroys'],
  [
    'src/server/http/http-server.ts',
    6,
    'notes the context; closes; writes to a log that never throws; a listener with a try of its own',
  ],
  ['src/server/http/in-process.ts', 1, 'destroys'],
  ['src/server/body/read-bytes.ts', 1, 'rejects'],
  ['src/server/body/read-form.ts', 2, 'resumes, rejects'],
  ['src/server/http/reply.ts', 2, 'destroys; writes to a log that never throws'],
  ['src/server/http/route-table.ts', 1, 'routes, no event'],
  ['src/server/http/faulty-response.ts', 2, 'resolves'],
  ['src/server/start-server.ts', 2, 'rejections are caught'],
  [
    'src/loading/watch-scenarios.ts',
    2,
    'looks, where each look catches, and catches what the callback rejects with',
  ],
];

/** Calls that take a callback, and the position of the callback. */
const takers: Readonly<Record<string, number>> = {
  on: 1,
  once: 1,
  prependListener: 1,
  prependOnceListener: 1,
  addListener: 1,
  addEventListener: 1,
  setTimeout: 0,
  setInterval: 0,
  setImmediate: 0,
  queueMicrotask: 0,
  nextTick: 0,
};

/** Functions that make a callback that never throws. */
const guards = new Set(['guarded', 'safely']);

/** Calls that end in an error event, a promise or nothing, and never throw. */
const harmless =
  /^(?:void )?(?:[\w.#?]+\.)?(?:destroy|resolve|reject|fail|abort|pause|resume|delete|#guarded|clearTimeout|clearInterval|done|end)\(/;

const files = globSync(
  'src/{server,sender,http-client,files,cli,loading,platform,testing,types-generator,check,config,init}/**/*.ts',
)
  .concat(globSync('src/*.ts'))
  .filter((file) => !file.endsWith('.gen.ts'))
  .sort();

/** The start of each callback whose code may throw. */
function callbacksOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const guardedNames = new Set<string>();
  const found: ts.Node[] = [];
  const isGuard = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isCallExpression(node) && guards.has(node.expression.getText());
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) && isGuard(node.initializer))
      guardedNames.add(node.name.getText());
    if (ts.isCallExpression(node)) {
      const { expression } = node;
      const isMethod = ts.isPropertyAccessExpression(expression);
      const name = isMethod ? expression.name.text : expression.getText();
      const taken = Object.hasOwn(takers, name) ? takers[name] : undefined;
      const isTimer = taken === 0;
      // Events as promises (`once` of node:events), and methods that have a timer's name.
      const callback = taken === undefined || isTimer === isMethod ? undefined : node.arguments[taken];
      if (callback !== undefined) found.push(callback);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found
    .filter((callback) => {
      const text = callback.getText();
      if (isGuard(callback) || guardedNames.has(text) || guardedNames.has(text.replace('this.', '')))
        return false;
      if (/^(resolve|reject|ignore|fail)$/.test(text)) return false;
      if (!ts.isArrowFunction(callback)) return true;
      const body = callback.body.getText();
      return !(body === 'undefined' || harmless.test(body));
    })
    .map((callback) => callback.getText().replace(/\s+/g, ' ').slice(0, 60));
}

describe('a callback that nothing awaits', () => {
  it('cannot throw past its request', () => {
    const known = new Map(exceptions.map(([file, count]) => [file, count]));
    const others = files.flatMap((file) => {
      const open = callbacksOf(file);
      return open.length === (known.get(file) ?? 0) ? [] : [{ file, open }];
    });
    expect(
      others,
      'Guard the callback (src/platform/guarded.ts), or add a row that says why it cannot throw',
    ).toEqual([]);
    expect(exceptions.filter(([file]) => !files.includes(file))).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });
});
