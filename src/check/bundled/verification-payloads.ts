import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import { lastStep } from '../stage/play.ts';

/** Whether the last callback has verifications, with their times. */
export function isVerified(outcome: PlayedOutcome): boolean {
  return lastStep(outcome).id === 'verifications';
}

/** The payload with every status of a verification replaced. */
export function withStatus(value: JsonValue, status: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withStatus(item, status));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'status' && typeof member === 'string' ? status : withStatus(member as JsonValue, status),
    ]),
  );
}

export function otherStatus({ verifications }: JsonObject): string {
  const statuses = Object.values(isJsonObject(verifications) ? verifications : {})
    .flat()
    .map((item) => (isJsonObject(item) ? item.status : undefined));
  return statuses.includes('pass') ? 'fail' : 'pass';
}

/** The payload with its times an hour earlier, in the format of the provider. */
export function aged(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(aged);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'updated_at' && typeof member === 'string' ? earlier(member) : aged(member as JsonValue),
    ]),
  );
}

function earlier(time: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const [date = '', clock = ''] = new Date(at - 3_600_000).toISOString().split('T');
  return time.includes('T') ? `${date}T${clock.slice(0, 8)}Z` : `${date} ${clock.slice(0, 8)} +0000`;
}
