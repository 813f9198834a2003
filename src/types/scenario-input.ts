import type { ScenarioInputOf } from '../core/scenario/scenario-input.ts';
import type { DocDigitizerLanguage } from '../providers/docdigitizer/scenario-input.ts';
import type { InformedLanguage } from '../providers/informed/scenario-input.ts';

/** The providers that ship with Ringback. */
export type ProviderName = 'docdigitizer' | 'informed';

export type DocDigitizerScenarioInput = ScenarioInputOf<DocDigitizerLanguage, ProviderName>;
export type InformedScenarioInput = ScenarioInputOf<InformedLanguage, ProviderName>;

/** A scenario as it is written (`schemas/scenario.schema.json`), by provider. */
export type ScenarioInput = DocDigitizerScenarioInput | InformedScenarioInput;
