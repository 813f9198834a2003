import type { CallbackSettings } from '../core/callback-settings.gen.ts';
import type { ScenarioInputOf } from '../core/scenario/scenario-input.ts';
import type { SpaceSettings } from '../core/space-settings.gen.ts';
import type { DocDigitizerLanguage } from '../providers/docdigitizer/scenario-input.ts';
import type { DocDigitizerSettings } from '../providers/docdigitizer/settings.gen.ts';
import type { InformedLanguage } from '../providers/informed/scenario-input.ts';
import type { InformedSettings } from '../providers/informed/settings.gen.ts';

/** The providers that ship with Ringback. */
export type ProviderName = 'docdigitizer' | 'informed';

export type DocDigitizerScenarioInput = ScenarioInputOf<DocDigitizerLanguage, ProviderName>;
export type InformedScenarioInput = ScenarioInputOf<InformedLanguage, ProviderName>;

/** A scenario as it is written (`schemas/scenario.schema.json`), by provider. */
export type ScenarioInput = DocDigitizerScenarioInput | InformedScenarioInput;

/** Settings by name, as they are written. */
export type SettingsInput = SpaceSettings &
  CallbackSettings &
  DocDigitizerSettings &
  InformedSettings &
  Readonly<Record<string, unknown>>;
