// Ringback in the neutral harness, as Informed. The harness sends one request per document, so submit is the
// registration of an application, whose script calls back with verifications (POST, JSON, validated before it leaves)
// right after it, or after the harness's delay. get is getApplication. Failed callbacks are retried as Informed does.
import { informedHeaders, registrationPath } from '../lib/informed-requests.ts';
import { common, serve } from './serve.mjs';

const silent = 'outcome: { verifications: none }\n';
const callingBack = (delayMs) =>
  `timeline:\n  - { on: submission, after: ${delayMs}ms, callback: verifications }\n`;

export default (o) => {
  const inbox = `http://127.0.0.1:${o.port}/_ringback/inbox/bench`;
  const plot = o.callbacks === false ? silent : callingBack(o.delayMs ?? 0);
  return {
    ...common,
    name: 'ringback-informed',
    start: serve(o, `\nname: bench\nprovider: informed\n${plot}`),
    supports: { callback: true, delay: true, get: true, state: true, retries: true },
    submit({ seq, callbackUrl }) {
      const body = JSON.stringify({
        application_reference_id: `bench-${seq}`,
        application_date: '2026-01-01',
        webhook: callbackUrl ?? inbox,
        services: ['verify'],
      });
      const headers = { ...informedHeaders, 'x-ringback-scenario': 'bench' };
      return { method: 'POST', path: registrationPath, headers, body };
    },
    get: ({ id }) => ({ method: 'GET', path: `${registrationPath}/${id}`, headers: informedHeaders }),
    docId: (body) => JSON.parse(body).application_id,
  };
};
