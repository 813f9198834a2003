import { RingbackError } from '../../core/errors.ts';
import { installedVersion, isMissing } from '../../loading/installed-package.ts';

const name = '@modelcontextprotocol/server';
const install = `Install it next to ringback: npm install --save-dev ${name}@2. Without a project: npx -y -p ringback -p ${name}@2 ringback mcp.`;

export interface McpSdk {
  readonly McpServer: typeof import('@modelcontextprotocol/server').McpServer;
  readonly serveStdio: typeof import('@modelcontextprotocol/server/stdio').serveStdio;
}

/**
 * Imports the official SDK, an optional package.
 * @throws {RingbackError} `package.missing`, `package.unusable`
 */
export async function loadSdk(): Promise<McpSdk> {
  let reason = 'it lacks McpServer and serveStdio.';
  let cause: unknown;
  try {
    const { McpServer } = await import('@modelcontextprotocol/server');
    const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
    if (typeof McpServer === 'function' && typeof serveStdio === 'function') return { McpServer, serveStdio };
  } catch (error) {
    if (isMissing(error, name)) {
      throw new RingbackError('package.missing', {
        details: { package: name },
        detail: `Could not start the MCP server: the package ${name} is not installed. ${install}`,
        cause: error,
      });
    }
    reason = (error as Error).message;
    cause = error;
  }
  const version = installedVersion(name);
  throw new RingbackError('package.unusable', {
    details: { package: name, version },
    detail: `Could not start the MCP server: ${name} ${version ?? 'of an unknown version'} cannot be used: ${reason} Expected version 2. ${install}`,
    cause,
  });
}
