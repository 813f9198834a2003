import type { JsonObject } from '../json.ts';
import type { SettingType } from '../read-setting.ts';
import { type SettingsTable, settingsTable } from '../settings.ts';

/** JSON Schema of `settings` in the scenarios of a provider: its own, and those of the engine that a run can override. */
export function settingsSchema(own: SettingsTable = {}): JsonObject {
  const ofEngine = Object.entries(settingsTable(new Map())).filter(([name]) =>
    /^(callbacks|webhooks)\./.test(name),
  );
  const properties = [...Object.entries(own), ...ofEngine].map(([name, { text, type }]) => [
    name,
    { description: text, ...settingSchema(type) },
  ]);
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

/** JSON Schema of the value of a setting. A duration is a reference to `#/$defs/duration`. */
export function settingSchema(type: SettingType): JsonObject {
  if (typeof type === 'object') return { enum: type };
  switch (type) {
    case 'string':
      return { type: 'string' };
    case 'integer':
      return { type: 'integer', minimum: 0 };
    case 'boolean':
      return { type: 'boolean' };
    case 'duration':
      return { $ref: '#/$defs/duration' };
    case 'durations':
      return { type: 'array', items: { $ref: '#/$defs/duration' } };
    case 'strings':
      return { type: 'array', items: { type: 'string' } };
  }
}
