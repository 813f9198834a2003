import { isoTime } from '../../../core/engine/time/clock.ts';
import { RingbackError } from '../../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { quoted } from '../../../core/quoted.ts';
import { readDay } from '../calendar.ts';
import { type Application, readAs } from '../resources.ts';
import { receipt } from './receipt.ts';

const defaultLimit = 25;

/**
 * `GET /v1/{product}/applications`: the applications of the product, the least recently updated first. Both time bounds
 * are inclusive.
 */
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

/** An item of the list: the documented properties, followed by the mock's own. */
export function entry(application: Application): JsonObject {
  const { status, ...ids } = receipt(application);
  const { application_date, contract_date = null } = application.data.registration;
  return {
    ...ids,
    application_date: application_date ?? '',
    contract_date,
    status: status ?? '',
    created_at: isoTime(application.createdAt),
    updated_at: isoTime(application.data.updatedAt),
  };
}

const timePattern =
  /^(\d{4}-\d{2}-\d{2})(?:T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Reads a time in one of the two documented formats, which have no time zone and mean UTC, or in that of RFC 3339. */
function readBound(name: string, value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, day, time = '00:00:00', zone = 'Z'] = timePattern.exec(String(value)) ?? [];
  const read = day === undefined || readDay(day) === null ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  if (!Number.isNaN(read)) return read;
  const message = `got ${quoted(value)}, expected a time as YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS or RFC 3339, such as 2023-09-18T17:59:18Z (in a query, + is written %2B)`;
  throw new RingbackError('request.invalid', {
    detail: `Could not read the bound ${name}: ${message}.`,
    violations: [{ location: `query/${name}`, code: 'format', message }],
  });
}
