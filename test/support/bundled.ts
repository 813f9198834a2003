import type { SettingEntry } from '../../src/core/read-setting.ts';
import { retryPresets as retryPresetsOf } from '../../src/core/scenario/retry-presets.ts';
import {
  scenarioSchemaFiles as scenarioSchemaFilesOf,
  scenarioSchema as scenarioSchemaOf,
} from '../../src/core/scenario/scenario-schema.ts';
import {
  defaultSettings as defaultSettingsOf,
  type SettingName,
  settingsTable as settingsTableOf,
} from '../../src/core/settings.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';

// The bundled providers, as the core uses them.
export const defaultSettings = defaultSettingsOf(bundledProviders);
export const settingsTable = settingsTableOf(bundledProviders) as Readonly<Record<SettingName, SettingEntry>>;
export const scenarioSchema = scenarioSchemaOf(bundledProviders);
export const scenarioSchemaFiles = scenarioSchemaFilesOf(bundledProviders);
export const retryPresets = retryPresetsOf(bundledProviders);
