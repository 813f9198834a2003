import { formatDuration } from '../../src/core/duration.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import type { SentRequest, Stage } from './stage.ts';

/** What the consumer received, a line per request: `2s GET state=30&stateText=RECEIVEDMACHINELEARN`. */
export function logOf(stage: Stage): string[] {
  return stage.sent.map((request) => {
    const { method, afterMs, wire } = request;
    const broken = wire !== undefined && wire.bytesPerSecond === undefined;
    return `${formatDuration(afterMs)} ${method} ${said(request)}${broken ? ' (breaks off)' : ''}`;
  });
}

function said({ url, body }: SentRequest): string {
  if (body === null) {
    const query = new URL(url).searchParams;
    for (const id of ['documentId', 'doc_id', 'docid']) query.delete(id);
    return query.toString();
  }
  const payload: JsonValue = JSON.parse(String(body));
  return isJsonObject(payload) ? inWords(payload) : String(body);
}

function inWords(payload: JsonObject): string {
  const { event_type: type, documents, verifications, error_message: error } = payload;
  if (isJsonObject(documents ?? null)) return `${type} of ${fileOf(documents as JsonObject)}`;
  if (isJsonObject(verifications ?? null)) {
    const statuses = Object.entries(verifications as Record<string, readonly { status: string }[]>);
    return `${type}: ${statuses.map(([name, [first]]) => `${name} ${first?.status}`).join(', ')}`;
  }
  const file = payload.file_reference_id === undefined ? '' : ` of ${payload.file_reference_id}`;
  return `${type}${file}: ${error}`;
}

function fileOf(documents: JsonObject): string {
  const [document] = Object.values(documents as Record<string, readonly JsonObject[]>).flat();
  return String(document?.file_reference_ids);
}
