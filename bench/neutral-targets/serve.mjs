import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/**
 * How the neutral harness starts Ringback: the built package with its validation and its log on (JSON, to nowhere).
 * @param o the harness's options
 * @param scenarios YAML. Null: none
 * @param contract the file of a contract. Default: the bundled one
 */
export function serve(o, scenarios, contract) {
  const file = join(o.workDir, 'scenarios.yaml');
  if (scenarios !== null) writeFileSync(file, scenarios);
  return {
    cmd: o.node,
    args: [
      main,
      'serve',
      ...(contract === undefined ? [] : [contract]),
      ...['--port', String(o.port), '--log', 'json'],
      ...(scenarios === null ? [] : ['--scenarios', file]),
    ],
    env: { NODE_ENV: 'production' },
  };
}

/** What the harness finds in every target of ours: the submit's number is the last segment of the callback URL. */
export const common = {
  host: '127.0.0.1',
  key: 'path',
  keyOf: 'seq',
  probe: { method: 'GET', path: '/_ringback/health' },
};
