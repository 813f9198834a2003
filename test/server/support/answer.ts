import type { Violation } from '../../../src/core/errors.ts';
import type { JsonValue } from '../../../src/core/json.ts';

/** The responses of the echo server: what it received of a request, or a problem. */
export interface AnswerBody {
  readonly operation: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, JsonValue>>;
  readonly body: Readonly<Record<string, JsonValue>>;
  readonly files: readonly { field: string; fileName: string; bytes: number; blob: string | null }[];
  readonly unknownFields: readonly { name: string; suggestion: string }[];
  readonly baseUrl: string;
  readonly blob: string;
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly remedy: string;
  readonly violations: readonly Violation[];
}

export async function bodyOf(response: Response): Promise<AnswerBody> {
  return (await response.json()) as AnswerBody;
}
