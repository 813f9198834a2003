// getDocument with ten entries in the callback log, only for the harness's mode get. Each document gets ten callbacks
// at an inbox of Ringback.
import target from '../neutral-target.mjs';
import { serve } from './serve.mjs';

const scenario = `
name: bench
provider: docdigitizer
timeline:
  - { after: 0s, set: { state: 91, stateText: ANNOTATED }, callback: documentState }
faults:
  - { duplicate: { times: 10, gap: 0s } }
`;

export default (o) => {
  const { submit, ...rest } = target(o);
  const callbackUrl = `http://127.0.0.1:${o.port}/_ringback/inbox/bench`;
  return {
    ...rest,
    name: 'ringback-ten-entries',
    start: serve(o, scenario),
    supports: { callback: false, delay: false, get: true, state: true, retries: false },
    submit: (order) => submit({ ...order, callbackUrl }),
  };
};
