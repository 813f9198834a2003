import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The maximum number of hosts of one server that result from its variables. */
const maxHosts = 100;

/**
 * The hosts of the servers of a document (OpenAPI 3.1 §4.8.5), in lower case: its own, and those of its paths and
 * operations. If the first label is a variable without `enum`, it may be anything: `*.example.com`.
 */
export function serverHosts(document: JsonObject): readonly string[] {
  return [...new Set(serverUrls(document).flatMap(hostOf))];
}

/**
 * The paths of the servers of a document, without a trailing slash, e.g. `/v2`. A path with a variable of any value is
 * left out.
 */
export function basePaths(document: JsonObject): readonly string[] {
  return [...new Set(serverUrls(document).flatMap(pathOf))];
}

/** The http and https URLs of the servers of a document, without a trailing slash, if they are absolute and known. */
export function absoluteServers(document: JsonObject): readonly string[] {
  const urls = serverUrls(document).filter(
    (url) => /^https?:\/\/[^*{}?#\s]+$/i.test(url) && URL.canParse(url),
  );
  return [...new Set(urls.map((url) => url.replace(/\/+$/, '')))];
}

function serverUrls(document: JsonObject): readonly string[] {
  const items = isJsonObject(document.paths) ? Object.values(document.paths).filter(isJsonObject) : [];
  const operations = items.flatMap((item) => Object.values(item).filter(isJsonObject));
  const servers = [document, ...items, ...operations].flatMap(({ servers }) =>
    Array.isArray(servers) ? servers.filter(isJsonObject) : [],
  );
  return servers.flatMap(urlsOf);
}

function urlsOf({ url, variables }: JsonObject): readonly string[] {
  if (typeof url !== 'string') return [];
  let urls = [url];
  for (const [name, variable] of Object.entries(isJsonObject(variables) ? variables : {})) {
    const values = valuesOf(variable);
    urls = urls.flatMap((each) => values.map((value) => each.replaceAll(`{${name}}`, value)));
    urls = [...new Set(urls)].slice(0, maxHosts);
  }
  return urls;
}

function valuesOf(variable: JsonValue): readonly string[] {
  if (!isJsonObject(variable)) return [];
  if (Array.isArray(variable.enum)) return variable.enum.map(String);
  return [String(variable.default), '*'];
}

const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#@:]+)/i;
/** `*` replaces the first label only, and at least two labels follow. */
const hostName = /^(?:\*(?=\.[^.]+\.)\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

function hostOf(url: string): readonly string[] {
  const host = authority.exec(url)?.[1]?.toLowerCase();
  return host !== undefined && hostName.test(host) ? [host] : [];
}

/** The path of an absolute or relative URL, unless it is empty. A relative one is below the root. */
function pathOf(url: string): readonly string[] {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  const tokens = path.split('/').filter((token) => token !== '' && token !== '.' && token !== '..');
  const isKnown = tokens.length > 0 && !/[*{}\s]/.test(path);
  return isKnown ? [`/${tokens.join('/')}`] : [];
}
