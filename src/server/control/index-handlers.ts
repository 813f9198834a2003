import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../../core/contract/contract.ts';
import type { Space } from '../../core/engine/space.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { packageRoot } from '../../loading/contract-files.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from './control-handler.ts';

export interface IndexParts {
  /** Ringback's own version. */
  readonly version: string;
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
}

/** The handlers that show where to go, and the description of the control API. */
export function indexHandlers(parts: IndexParts): ControlHandlers {
  const showIndex = async (request: ControlRequest, space: Space): Promise<ControlAnswer> => {
    const index = indexOf(parts, request.baseUrl, space);
    return prefersHtml(request.headers.accept)
      ? { status: 200, text: { content: page(index), mediaType: 'text/html; charset=utf-8' } }
      : { status: 200, body: index };
  };
  return {
    getRoot: showIndex,
    getIndex: showIndex,
    getControlContract: async () => ({
      status: 200,
      text: {
        content: await readFile(join(packageRoot, 'openapi.control.yaml'), 'utf8'),
        mediaType: 'application/yaml',
      },
    }),
  };
}

function indexOf({ version, contract, providers }: IndexParts, base: string, space: Space): JsonObject {
  const served = new Set(contract.operations.map(({ provider }) => provider));
  const control = `${base}/_ringback`;
  return {
    ringback: version,
    space: space.name,
    providers: [...providers.values()]
      .filter(({ name }) => served.has(name))
      .map(({ name, realUrl = null, handle }) => ({
        name,
        url: handle === undefined ? `${base}/${name}` : base,
        realUrl,
      })),
    inbox: `${control}/inbox/mine`,
    dashboard: `${control}/ui`,
    control,
    contract: `${control}/contract`,
    openapi: `${control}/openapi.yaml`,
    help: 'ringback --help, and docs/http-api.md in the package',
  };
}

/** A browser names HTML first. Other clients accept anything, or name JSON. */
function prefersHtml(accept = ''): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)/i.test(accept);
}

function page(index: JsonObject): string {
  const { ringback, space, providers, inbox, dashboard, control, contract, openapi, help } = index;
  const mocked = providers as readonly {
    readonly name: string;
    readonly url: string;
    readonly realUrl: string | null;
  }[];
  const rows = [
    ...mocked.map(({ name, url, realUrl }) => [
      name,
      text(url),
      realUrl === null ? '' : `in place of ${realUrl}`,
    ]),
    ['dashboard', link(dashboard), 'what happens, and what happens next'],
    ['inbox', text(inbox), 'a callback URL to try it with'],
    ['received', link(String(inbox).replace('/inbox/', '/inboxes/')), 'what the inbox received'],
    ['runs', link(`${control}/runs`), 'what was submitted'],
    ['deliveries', link(`${control}/deliveries`), 'callbacks and their attempts'],
    ['scenarios', link(`${control}/scenarios`), 'what can happen'],
    ['callbacks', link(`${control}/callbacks`), 'what the contract declares'],
    ['contract', link(contract), 'the API of the providers'],
    ['openapi', link(openapi), 'the control API'],
  ].map(([name = '', url = '', what = '']) => `<tr><td>${text(name)}<td>${url}<td>${text(what)}`);
  return `<!doctype html>
<html lang="en">
<title>Ringback</title>
<h1>Ringback ${text(ringback)}</h1>
<p>The space ${text(space)}. Help: ${text(help)}.
<table>
${rows.join('\n')}
</table>
`;
}

function link(url: unknown): string {
  return `<a href="${text(url)}">${text(url)}</a>`;
}

function text(value: unknown): string {
  return String(value).replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}
