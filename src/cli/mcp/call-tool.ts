import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { valueFindings } from '../../config/value-findings.ts';
import { isRingbackError, RingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { openRemote, type RemoteOptions, serverUrl } from '../client/remote.ts';
import { errorText } from '../exit-codes.ts';
import type { Tool } from './tool.ts';

/** JSON Schema of the input of a tool. */
export function inputSchema({ input, required = [] }: Tool): JsonObject {
  return { type: 'object', properties: input, required, additionalProperties: false };
}

/** Calls a tool. Whatever goes wrong is a result that says so, for the model to read. */
export async function callTool(
  tool: Tool,
  input: unknown,
  options: RemoteOptions,
  { mcpReq: { signal, notify, _meta } }: ServerContext,
): Promise<CallToolResult> {
  const progressToken = _meta?.progressToken;
  const notes: Promise<void>[] = [];
  try {
    checkInput(tool, input);
    const { text, structured } = await tool.call(input as never, {
      open: (mayMake) => openRemote(options, mayMake, signal),
      signal,
      onProgress: ({ done, total, rule }) => {
        if (progressToken === undefined || signal.aborted) return;
        const params = { progressToken, progress: done, total, message: rule };
        notes.push(notify({ method: 'notifications/progress', params }).catch(report));
      },
    });
    // A client ignores progress that comes after the result.
    await Promise.all(notes);
    return {
      content: [{ type: 'text', text }],
      structuredContent: structured as NonNullable<CallToolResult['structuredContent']>,
    };
  } catch (error) {
    if (!isRingbackError(error) && !signal.aborted) report(error);
    return { content: [{ type: 'text', text: adviceFor(error, options) }], isError: true };
  }
}

/** Writes an error to stderr. Stdout is for the protocol alone. */
export function report(error: unknown): void {
  process.stderr.write(`ringback: ${errorText(error)}\n`);
}

function checkInput(tool: Tool, input: unknown): void {
  const findings = valueFindings(input, inputSchema(tool), 'an object');
  if (findings.length === 0) return;
  const listed = findings.map(({ pointer, message }) => `${pointer === '' ? '' : `${pointer}: `}${message}`);
  throw new RingbackError('option.invalid', {
    details: { option: 'arguments', given: input },
    detail: `Could not call ${tool.name}: ${listed.join(' ')}`,
  });
}

function adviceFor(error: unknown, options: RemoteOptions): string {
  if (!isRingbackError(error)) return `${errorText(error)}\nThis is a bug in Ringback. Please report it.`;
  if (error.code !== 'provider.unreachable') return errorText(error);
  const { port } = new URL(serverUrl(options));
  const command = `npx ringback serve${port === '' ? '' : ` --port ${port}`}`;
  return `${errorText(error)} To start a server: ${command}, or with --clock virtual for time that only settle_clock and advance_clock move. This tool does not start one.`;
}
