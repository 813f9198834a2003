import type { CheckProgress } from '../../check/check-options.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Remote } from '../client/remote.ts';

/** What a call of a tool can use. */
export interface ToolCall {
  /**
   * Opens the space of the server.
   * @param mayMake whether the space may be new
   */
  readonly open: (mayMake: boolean) => Promise<Remote>;
  /** Aborted when the client cancels the call, or has gone. */
  readonly signal: AbortSignal;
  /** Reports progress, if the client asks for it. */
  readonly onProgress: (progress: CheckProgress) => void;
}

export interface ToolResult {
  /** For people, and for models whose client passes on no structured content. */
  readonly text: string;
  /** As `output` describes it. */
  readonly structured: unknown;
}

export interface Tool<Input = never> {
  readonly name: string;
  readonly title: string;
  /** Says when to use the tool, for a model that chooses. */
  readonly description: string;
  /** `destructiveHint` and `idempotentHint` mean something only for a tool that changes something. */
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint: boolean;
  };
  /** JSON Schema of the properties of the input, by name. Titles say in errors what is expected. */
  readonly input: Readonly<Record<keyof Input & string, JsonObject>>;
  readonly required?: readonly (keyof Input & string)[];
  /** The operation of the control API that returns the result, or a JSON Schema. */
  readonly output: string | JsonObject;
  readonly call: (input: Input, call: ToolCall) => Promise<ToolResult>;
}

/** Types the input of a tool by its table. */
export function tool<Input>(definition: Tool<Input>): Tool {
  return definition as unknown as Tool;
}

/** Annotations of a tool that only reads the state of the space. */
export const reading = { readOnlyHint: true, openWorldHint: false } as const;

/** The longest body in lists, in characters. */
export const bodyLimit = 1_024;

export const limitInput: JsonObject = {
  title: 'an integer from 1 to 1000',
  description: 'How many of the newest to return.',
  type: 'integer',
  minimum: 1,
  maximum: 1_000,
  default: 20,
};

/** The default of `limitInput`. */
export const defaultLimit = 20;

export const durationPattern = '^\\d+(\\.\\d+)?(ms|s|m|h|d)$';
