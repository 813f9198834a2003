import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/**
 * How the neutral harness starts Ringback: the built package with its validation and its log on (JSON, to nowhere).
 * @param o the harness's options
 * @param scenarios YAML
 */
export function serve(o, scenarios) {
  const file = join(o.workDir, 'scenarios.yaml');
  writeFileSync(file, scenarios);
  return {
    cmd: o.node,
    args: [main, 'serve', '--port', String(o.port), '--log', 'json', '--scenarios', file],
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
