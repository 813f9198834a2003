import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { version } from '../loading/version.ts';
import type { ControlClient } from './control-client.ts';

/**
 * Checks that a Ringback of this version responds at the URL of the client. Major and minor version must be the same,
 * since the control API may change with each.
 * @param server what the message calls the server
 * @throws {RingbackError} `provider.unreachable`, `provider.version`
 */
export async function checkServer(
  client: ControlClient,
  server: string,
  signal?: AbortSignal,
): Promise<void> {
  const health = await client.call({
    method: 'GET',
    path: 'health',
    ...(signal !== undefined && { signal }),
  });
  const theirs = isJsonObject(health) ? health.version : undefined;
  if (typeof theirs !== 'string') {
    throw new RingbackError('provider.unreachable', {
      details: { url: `${client.url}/health`, status: 200 },
      detail: `Could not use the mock provider: ${client.url}/health does not respond as Ringback does. Check that the URL points to a Ringback server.`,
    });
  }
  const minor = (text: string): string => text.split('.').slice(0, 2).join('.');
  if (minor(theirs) === minor(version)) return;
  throw new RingbackError('provider.version', {
    details: { server: theirs, package: version },
    detail: `Could not attach to ${server}: the server is ringback ${theirs}, this package is ${version}. Install the same version on both sides, e.g. npm install ringback@${theirs}.`,
  });
}
