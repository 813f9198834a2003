import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import type { Application } from './resources.ts';

/** Whether an application was registered for a service. */
export function wants({ data }: Application, service: 'extract' | 'verify'): boolean {
  const { services } = data.registration;
  return Array.isArray(services) && services.includes(service);
}

/**
 * Whether an application has quiet periods: one that was registered without verifications only has those in which a
 * script wants something else.
 */
export function hasQuietPeriods(application: Application, { triggers }: Plan): boolean {
  return wants(application, 'verify') || (triggers.quiet ?? []).some((step) => !isVerification(step));
}

/** Whether a step does nothing for those who want no verifications. */
function isVerification({ callback, detail, set }: TimelineStep): boolean {
  return set === undefined && (callback === 'verifications' || detail?.delayed === true);
}
