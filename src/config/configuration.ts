import type { RetryPolicy } from '../core/engine/deliveries/retry-policy.ts';
import type { Violation } from '../core/errors.ts';
import type { Finding } from '../core/scenario/schema-violations.ts';
import type { OperationInput } from '../providers/contract/operation-choices.ts';

/** A `ringback.yaml` as it is read, before the contract is. */
export interface Configuration {
  /** The path as it was given or found, for messages. */
  readonly file: string;
  /** Its keys. */
  readonly keys: ReadonlySet<string>;
  /** Absolute path. Null: the file names none. */
  readonly contract: string | null;
  /** Options of `ringback serve` by their names in code, as the command line reads them, without settings. Paths are absolute. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of `ringback check` by their names on the command line, as it reads them, and `url`. Paths are absolute. */
  readonly check: Readonly<Record<string, unknown>>;
  /** Absolute path of the module of the provider. Null: the file names none. */
  readonly provider: string | null;
  readonly operations: Readonly<Record<string, OperationInput>>;
  /** The settings that the file gives, wherever it gives them. */
  readonly settings: readonly ConfiguredSetting[];
  /** How the callbacks of the provider are retried, unless a scenario sets a policy. Null: the file says nothing of it. */
  readonly retry: RetryPolicy | null;
  /** What is wrong with the file. With a finding, it cannot be used. */
  readonly findings: readonly Finding[];
  /** What its author should know, in sentences. */
  readonly warnings: readonly string[];
  /** A finding with `file:line:column`, without secrets and values of variables. */
  violationOf(finding: Finding): Violation;
}

/** A setting, and where the file gives it. */
export interface ConfiguredSetting {
  /** Its name. One that starts with a dot follows the name of the contract's provider: `.credentials`. */
  readonly name: string;
  readonly value: unknown;
  readonly pointer: string;
}
