import type { Violation } from './records.ts';

/** The server refused a request, and why (RFC 9457). */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly violations: readonly Violation[];

  constructor(
    status: number,
    problem: {
      readonly title?: string;
      readonly detail?: string;
      readonly remedy?: string;
      readonly violations?: readonly Violation[];
    },
  ) {
    super(problem.detail ?? problem.title ?? `The server responded with ${status}.`);
    this.name = 'Refusal';
    this.status = status;
    this.title = problem.title ?? 'Refused';
    this.remedy = problem.remedy ?? '';
    this.violations = problem.violations ?? [];
  }
}

/** There is no server at the address, or it stopped before its response was complete. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('Could not reach the server: it does not respond. Start it again; this page then continues.', {
      cause,
    });
    this.name = 'Unreachable';
  }
}

export async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text().catch(() => '');
  try {
    return new Refusal(response.status, JSON.parse(text));
  } catch {
    return new Refusal(response.status, { detail: text.slice(0, 300) });
  }
}

/** What to show for an error, whatever was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof Refusal)
    return error.remedy === '' ? error.message : `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
