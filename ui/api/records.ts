import type { components } from './control.gen.ts';

type Schemas = components['schemas'];

export type Attempt = Schemas['Attempt'];
export type Branch = Schemas['TimelineBranch'];
export type Clock = Schemas['Clock'];
export type Delivery = Schemas['Delivery'];
export type LiveEvent = Schemas['Event'];
export type Run = Schemas['Run'];
export type RunDetail = Schemas['RunDetail'];
export type Space = Schemas['Space'];
export type Violation = Schemas['Violation'];
