import './platform/node-version.ts';

export { checkConsumer } from './check/check-consumer.ts';
export type { CheckOptions, CheckProgress } from './check/check-options.ts';
export type {
  CheckReport,
  CheckResult,
  DisturbanceReport,
  ExchangeRecord,
  RuleReport,
} from './check/report.ts';
export type { RuleId } from './check/rule-ids.ts';
export type {
  AnswerRulesInput,
  CallbackCode,
  CallbackCodeContext,
  OperationCode,
  OperationCodeContext,
  OutcomeDefinition,
  ProviderDefinition,
  ProviderRequest,
  ProviderResponse,
  StatesDefinition,
  WantedResponse,
} from './config/define-provider.ts';
export { defineProvider } from './config/define-provider.ts';
export type { Duration } from './core/duration.ts';
export type { ErrorCode } from './core/error-catalogue.ts';
export type { ErrorDetails } from './core/error-details.ts';
export type { AnyRingbackError, Violation } from './core/errors.ts';
export { isRingbackError, RingbackError } from './core/errors.ts';
export { version } from './loading/version.ts';
// Types last.
export type { ExampleOptions, Overrides } from './testing/callback-example.ts';
export { callbackExample } from './testing/callback-example.ts';
export type { AnyCallbacks, CallbackNameIn, CallbackReference, PayloadIn } from './testing/callback-types.ts';
export type { LoadedContract } from './testing/loaded-contract.ts';
export { loadContract } from './testing/loaded-contract.ts';
export type {
  ApiFaultsOf,
  CallbackOrder,
  DeliveryCondition,
  DeliveryFilter,
  Inbox,
  InboxAnswer,
  InboxFilter,
  MockProvider,
  NextOptions,
  ProviderUrls,
  RunCondition,
  RunFilter,
  WaitOptions,
} from './testing/mock-provider.ts';
export type { StateCallbackInput, StateCallbackType } from './testing/parse-state-callback.ts';
export { parseStateCallback } from './testing/parse-state-callback.ts';
export type { AttachedOptions, InProcessOptions, StartProviderOptions } from './testing/provider-options.ts';
export type {
  AttemptRecord,
  BranchRecord,
  ChoiceRecord,
  DeliveryRecord,
  DeliveryRecordOf,
  InboxRequestRecord,
  MoveRecord,
  RunRecord,
  SpaceEventRecord,
  StepRecord,
} from './testing/records.gen.ts';
export { startProvider } from './testing/start-provider.ts';
export type {
  CallbackResult,
  ContractOptions,
  InvalidCallback,
  ValidateOptions,
  ValidCallback,
} from './testing/validate-callback.ts';
export { assertCallback, validateCallback } from './testing/validate-callback.ts';
export { defineScenario } from './types/define-scenario.ts';
export type { ScenarioInput, SettingsInput } from './types/scenario-input.ts';
