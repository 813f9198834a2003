import { isoTime } from '../../../core/delivery/clock.ts';
import { RingbackError } from '../../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../provider.ts';
import { type Application, readAs } from '../resources.ts';
import { receipt } from './receipt.ts';

const defaultLimit = 25;

/** `GET /v1/{product}/applications`: those of the product, the least recently updated first, bounds included. */
export async function listApplications(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const { updated_after, updated_before, application_reference_id, limit } = request.query;
  const after = readBound('updated_after', updated_after) ?? Number.NEGATIVE_INFINITY;
  const before = readBound('updated_before', updated_before) ?? Number.POSITIVE_INFINITY;
  const all = await context.resources.list();
  const applications = all
    .map((resource) => readAs(resource, 'application'))
    .filter((application) => application !== undefined)
    .filter(({ data }) => data.product === request.path.product)
    .filter(({ data }) => data.updatedAt >= after && data.updatedAt <= before)
    .filter(
      ({ data }) =>
        application_reference_id === undefined ||
        data.registration.application_reference_id === application_reference_id,
    )
    .toSorted((a, b) => a.data.updatedAt - b.data.updatedAt)
    .slice(0, typeof limit === 'number' ? limit : defaultLimit);
  return {
    status: 200,
    body: {
      updated_after: updated_after ?? null,
      updated_before: updated_before ?? null,
      applications: applications.map(entry),
    },
  };
}

/** An application as the list has it. */
export function entry(application: Application): JsonObject {
  return {
    ...receipt(application),
    created_at: isoTime(application.createdAt),
    updated_at: isoTime(application.data.updatedAt),
  };
}

function readBound(name: string, value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const message = `got ${JSON.stringify(value)}, expected a time such as 2023-09-18T17:59:18Z`;
  throw new RingbackError('request.invalid', {
    detail: `Failed to read the bound ${name}: ${message}.`,
    violations: [{ location: `query/${name}`, code: 'format', message }],
  });
}
