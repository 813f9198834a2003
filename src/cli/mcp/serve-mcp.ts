import { Console } from 'node:console';
import { once } from 'node:events';
import type { McpServer, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../core/json.ts';
import { loadBundledContract } from '../../loading/contract-files.ts';
import { version } from '../../loading/version.ts';
import { maskUrl } from '../../server/control/mask.ts';
import { type RemoteOptions, serverUrl } from '../client/remote.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readOptions } from '../read-options.ts';
import { callTool, inputSchema, report } from './call-tool.ts';
import { loadSdk, type McpSdk } from './load-sdk.ts';
import { outputSchema } from './output-schema.ts';
import { tools } from './tools.ts';

/** `ringback mcp`: serves tools over a running server to an MCP client, on stdin and stdout. Ends with stdin. */
export async function serveMcp(args: readonly string[]): Promise<ExitCode> {
  const { options } = readOptions('mcp', args, process.env);
  const server = serverUrl(options);
  const sdk = await loadSdk();
  const { document } = await loadBundledContract('openapi.control.yaml');
  // Code of a provider that a check loads may log. Stdout is for the protocol alone.
  globalThis.console = new Console(process.stderr);
  const handle = sdk.serveStdio(() => createServer(sdk, document, options), { onerror: report });
  if (process.stdin.isTTY)
    process.stderr.write(
      `ringback: serving MCP on stdin and stdout, for the space ${options.space} of ${maskUrl(server)}. An MCP client starts this command; Ctrl-C ends it.\n`,
    );
  await Promise.race([
    once(process.stdin, 'close'),
    once(process.stdin, 'end'),
    once(process, 'SIGINT'),
    once(process, 'SIGTERM'),
  ]);
  await handle.close();
  return exitCodes.fine;
}

const instructions =
  'Ringback is a mock provider that calls your application back. A typical experiment: list_scenarios to find one, queue_scenarios, let the application submit something to the mock, then list_deliveries with wait (or settle_clock on a virtual clock), and get_run to see why something happened. check_consumer grades a callback endpoint by itself.';

function createServer(
  { McpServer: Server }: McpSdk,
  document: JsonObject,
  options: RemoteOptions,
): McpServer {
  const server = new Server(
    { name: 'ringback', title: 'Ringback', version },
    { instructions, capabilities: { tools: { listChanged: false } } },
  );
  for (const tool of tools) {
    const { name, title, description, annotations, output } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        annotations,
        inputSchema: asStandardSchema(inputSchema(tool)),
        outputSchema: asStandardSchema(typeof output === 'string' ? outputSchema(document, output) : output),
      },
      (input, context) => callTool(tool, input, options, context),
    );
  }
  return server;
}

/** A JSON Schema as the SDK takes it. `callTool` checks the input itself, for errors that say what was expected. */
function asStandardSchema(schema: JsonObject): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'ringback',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => schema, output: () => schema },
    },
  };
}
