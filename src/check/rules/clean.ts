import { sources } from '../bundled/provider-facts.ts';
import type { Rule } from '../rule.ts';

/** The undisturbed sequences. `playClean` plays them before anything else. */
export const clean: Rule = {
  id: 'clean',
  area: 'acknowledging',
  title: 'Undisturbed sequences are acknowledged, and different outcomes leave different states',
  why: 'Everything else is compared with this: what fails undisturbed cannot be tested with a disturbance.',
  source: sources.callbacks,
  provoked: 'Plays the undisturbed sequence of each final outcome twice.',
  passes: 'Each callback gets a 2xx. With an observer, at least two outcomes leave different states.',
  remedy:
    'Accept the callbacks as the provider sends them: method, path, parameters, content type, signature. If your consumer verifies signatures, give the check its secret: `--set signing.secrets=…`. Show in the observed state how the document or application ended.',
  applies: () => null,
  disturbances: () => [],
};
