// Ringback in the neutral harness as the mock of a contract that it has never seen: the very document that the
// harness's target of prism writes, with the same requests. The callback comes after the harness's delay.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { common, serve } from './serve.mjs';

const require = createRequire(import.meta.url);

export default (o) => {
  const { default: prism } = require(join(o.here, 'targets', 'prism.mjs'));
  // It writes its document to `workDir`.
  const { submit, get, docId } = prism(o);
  const scenario =
    o.callbacks === false
      ? null
      : `\nname: default\ntimeline:\n  - { after: ${o.delayMs ?? 0}ms, callback: 'POST /documents.done' }\n`;
  return {
    ...common,
    name: 'ringback-foreign',
    start: serve(o, scenario, join(o.workDir, 'openapi.json')),
    supports: { callback: true, delay: true, get: true, state: false, retries: false },
    submit,
    get,
    docId,
  };
};
