import type { Run } from '../../../core/engine/runs/run.ts';
import { RingbackError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { quoted } from '../../../core/quoted.ts';
import { type Application, findOrFail } from '../resources.ts';

/** The synchronous response to a registration or an update. */
export function receipt(application: Application): JsonObject {
  return {
    application_id: application.id,
    application_reference_id: application.data.registration.application_reference_id ?? '',
    status: statusOf(application),
  };
}

/** `Ready`, unless a script sets another status. */
function statusOf(application: Application): string {
  const { status } = application.patch;
  return typeof status === 'string' ? status : 'Ready';
}

export function scenarioHeader(request: OperationRequest): string | undefined {
  return request.headers['x-ringback-scenario'];
}

/**
 * Finds the application in the path of a request, under the product that it was registered for.
 * @throws {RingbackError} `resource.not-found`
 */
export async function applicationOf(
  { path }: OperationRequest,
  { resources }: ProviderContext,
): Promise<Application> {
  const application = await findOrFail(resources, 'application', path.application_id ?? '');
  const { product } = application.data;
  if (path.product !== product) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'application', id: application.id },
      detail: `Could not find the application "${application.id}" among those of ${path.product}: it was registered for ${product}. Use the path /v1/${product}/applications.`,
    });
  }
  return application;
}

/**
 * The run for further requests about an application.
 * @throws {RingbackError} `resource.not-found`
 * @throws {ScriptedAnswer} if a scenario of the run responds in place of the provider
 */
export async function runOf({ id, data }: Application, context: ProviderContext): Promise<Run> {
  const run = await context.runForRequest(data.runId);
  if (run === undefined) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'run', id: data.runId },
      detail: `Could not go on with the application ${quoted(id)}: its run was evicted. Register it again, or raise the setting limits.runs.`,
    });
  }
  return run;
}

/** The plan that the registration of the application chose. */
export function planOf(run: Run): { plan: Run['branches'][number]['plan']; choice: Run['choice'] } {
  const [first] = run.branches;
  if (first === undefined)
    throw new RangeError('the run of an application begins with the branch of its registration');
  return { plan: first.plan, choice: run.choice };
}
