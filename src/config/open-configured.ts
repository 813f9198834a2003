import { dirname, resolve } from 'node:path';
import type { Contract } from '../core/contract/contract.ts';
import { isRingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { quoted } from '../core/quoted.ts';
import type { Finding } from '../core/scenario/schema-violations.ts';
import { defaultSettings, settingsTable, withSettings } from '../core/settings.ts';
import { didYouMean, nearestName } from '../core/suggest.ts';
import { withMembers } from '../core/with-members.ts';
import { type Catalogue, type CatalogueOptions, loadCatalogue } from '../loading/catalogue.ts';
import type { ContractExtension } from '../loading/foreign/foreign-catalogue.ts';
import { readChoices } from '../providers/contract/operation-choices.ts';
import { codeProvider, nameProblems } from './code-provider.ts';
import type { Configuration, ConfiguredSetting } from './configuration.ts';
import { definedScenarios } from './defined-outcome.ts';
import { type DefinedProvider, loadProvider } from './load-provider.ts';
import { configError } from './read-config.ts';

/** A contract as a command line or code gives it. */
export interface ContractOptions extends Pick<CatalogueOptions, 'providers'> {
  readonly contract?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly allowRemoteRefs?: boolean | undefined;
}

/** A catalogue, and the settings of its configuration. */
export interface ConfiguredCatalogue {
  readonly catalogue: Catalogue;
  /** By name. They are valid. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Loads the contract with what a configuration says of it, and checks the configuration against it.
 * @param given it comes before the configuration
 * @throws {RingbackError} `config.invalid` with everything that is wrong; the errors of `loadCatalogue`
 */
export async function openConfigured(
  config: Configuration | null,
  given: ContractOptions,
): Promise<ConfiguredCatalogue> {
  const { providers } = given;
  const name = given.name ?? (config?.options.name as string | undefined);
  const allowRemoteRefs = given.allowRemoteRefs || config?.options.allowRemoteRefs === true;
  if (config === null) {
    const { contract = null } = given;
    return { catalogue: await loadCatalogue(contract, { providers, name, allowRemoteRefs }), settings: {} };
  }
  const findings = [...config.findings];
  const report = (messages: readonly string[]): void => {
    for (const message of messages)
      findings.push({ pointer: '/provider', atKey: false, code: 'config.provider', message });
  };
  const loaded = config.provider === null ? null : await loadProvider(config.provider);
  if (loaded !== null && 'problems' in loaded) report(loaded.problems);
  const defined = loaded !== null && 'definition' in loaded ? loaded : null;
  const path = given.contract ?? config.contract ?? contractOf(defined);
  const fail = (): never => {
    throw configError(config, findings);
  };
  let asked = false;
  const choose = (contract: Contract, provider: string) => {
    asked = true;
    const { choices, problems } = readChoices(config.operations, contract, provider);
    for (const problem of problems) {
      const pointer = `/operations${problem.pointer}`;
      if (findings.every((each) => each.pointer !== pointer))
        findings.push({ ...problem, pointer, code: 'config.operation' });
    }
    return choices;
  };
  const extend: ContractExtension['extend'] = (base, contract) => {
    const { retry } = config;
    const rules = retry === null ? {} : { retryPolicy: () => retry };
    if (defined === null) return withMembers<Provider>(base, rules);
    report(nameProblems(defined, contract, base.name));
    const provider = withMembers(codeProvider(base, contract, defined), rules);
    const { scenarios, problems } = definedScenarios(defined, provider, contract);
    report(problems);
    return withMembers(provider, { scenarios: [...(provider.scenarios ?? []), ...scenarios] });
  };
  let catalogue: Catalogue;
  try {
    catalogue = await loadCatalogue(path, {
      providers,
      name,
      allowRemoteRefs,
      extension: { choose, extend },
    });
  } catch (error) {
    if (isRingbackError(error, 'contract.invalid') && path === config.contract)
      findings.push({ pointer: '/contract', atKey: false, code: 'config.contract', message: error.message });
    else if (isRingbackError(error, 'option.invalid') && config.options.name === name)
      findings.push({ pointer: '/name', atKey: false, code: 'config.name', message: error.message });
    if (findings.length > 0) fail();
    throw error;
  }
  if (!asked)
    for (const key of ['operations', 'credentials', 'provider', 'retry'])
      if (config.keys.has(key)) findings.push(onlyForOwn(key));
  const settings = checkSettings(config, catalogue, { findings, isOwn: asked });
  if (findings.length > 0) fail();
  return { catalogue, settings };
}

function contractOf(defined: DefinedProvider | null): string | null {
  const contract = defined?.definition.contract;
  return contract === undefined || defined === null ? null : resolve(dirname(defined.file), contract);
}

function onlyForOwn(key: string): Finding {
  const message = `${quoted(key)} is for a contract of your own, and the bundled providers play this one. Remove it, or name your contract.`;
  return { pointer: `/${key}`, atKey: true, code: 'config.contract', message };
}

/** The settings of a configuration by name. Each one that is wrong is a finding. */
function checkSettings(
  config: Configuration,
  { providers, contract }: Catalogue,
  { findings, isOwn }: { readonly findings: Finding[]; readonly isOwn: boolean },
): Readonly<Record<string, unknown>> {
  const defaults = defaultSettings(providers);
  const known = Object.keys(settingsTable(providers));
  const provider = contract.operations[0]?.provider ?? [...providers.keys()][0] ?? '';
  const valid = new Map<string, ConfiguredSetting>();
  const refuse = ({ pointer }: Pick<ConfiguredSetting, 'pointer'>, atKey: boolean, message: string): void => {
    const isKnown = findings.some((finding) => `${finding.pointer}/`.startsWith(`${pointer}/`));
    if (!isKnown) findings.push({ pointer, atKey, code: 'config.setting', message });
  };
  const own = isOwn ? config.settings : config.settings.filter(({ name }) => !name.startsWith('.'));
  for (const setting of own) {
    const name = setting.name.startsWith('.') ? `${provider}${setting.name}` : setting.name;
    const { value } = setting;
    try {
      withSettings(defaults, { [name]: value });
      valid.set(name, setting);
    } catch (error) {
      if (!isRingbackError(error)) throw error;
      const isUnknown = error.code === 'setting.unknown';
      const message = isUnknown
        ? `there is no setting ${quoted(name)}.${didYouMean(nearestName(name, known))}`
        : error.message;
      refuse(setting, isUnknown, message);
    }
  }
  const input = Object.fromEntries([...valid].map(([name, { value }]) => [name, value]));
  try {
    withSettings(defaults, input);
  } catch (error) {
    if (!isRingbackError(error, 'setting.invalid')) throw error;
    refuse(valid.get(error.details.name) ?? { pointer: '/signing' }, false, error.message);
  }
  return input;
}
