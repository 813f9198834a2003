import { upgrade } from '@scalar/openapi-upgrader';
import { repairDocument } from '../../core/contract/upgrade/repair-document.ts';
import type { RepairNote } from '../../core/contract/upgrade/repair-note.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';

/** Brings one document to OpenAPI 3.1. The argument is changed. */
export function upgradeDocument(joined: JsonObject): { document: JsonObject; notes: readonly RepairNote[] } {
  let document = { ...joined };
  const version = String(joined.openapi);
  if (/^v?3(\.0|$)/.test(version)) {
    const { 'x-webhooks': extra, ...rest } = joined;
    document = upgraded(rest);
    // The library would let them replace `webhooks`.
    if (isJsonObject(extra)) document['x-webhooks'] = upgraded({ webhooks: extra }).webhooks ?? {};
  }
  const notes = repairDocument(document);
  return { document, notes };
}

function upgraded(document: JsonObject): JsonObject {
  return upgrade({ ...document, openapi: '3.0.4' }, '3.1') as unknown as JsonObject;
}
