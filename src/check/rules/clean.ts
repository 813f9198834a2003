import type { Rule } from '../rule.ts';

/** The undisturbed sequences. `playClean` plays them before anything else. */
export const clean: Rule = {
  id: 'clean',
  area: 'acknowledging',
  title: 'Undisturbed sequences are acknowledged, and different outcomes leave different states',
  why: 'Everything else is compared with this: what fails undisturbed cannot be tested with a disturbance.',
  source: {
    title: 'Standard Webhooks: a status of 2xx says that the consumer has received the webhook',
    url: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  provoked: 'Plays the undisturbed sequence of each final outcome twice.',
  passes: 'Each callback gets a 2xx. With an observer, at least two outcomes leave different states.',
  remedy:
    'Accept the callbacks as the provider sends them: method, path, parameters, content type, signature. If your consumer verifies signatures, give the check its secret: `--set signing.secrets=…`. Show in the observed state how the document or application ended.',
  applies: () => null,
  disturbances: () => [],
};
