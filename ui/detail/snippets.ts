import type { Delivery } from '../api/records.ts';

/** Headers that a client sets by itself, or that say which attempt it is. */
const ownHeaders =
  /^(host|content-length|connection|transfer-encoding|user-agent|accept-encoding|x-ringback-callback)$/i;

/** A command that sends the callback to the consumer again. */
export function curlSnippet({ method, url, headers, body, bodyEncoding }: Delivery): string {
  const { sent, masked } = sendable(headers);
  const lines = [
    `curl -i -X ${method} ${shellQuoted(url)}`,
    ...sent.map(([name, value]) => `  -H ${shellQuoted(`${name}: ${value}`)}`),
    ...(body === null || bodyEncoding !== undefined ? [] : [`  --data-binary ${shellQuoted(body)}`]),
  ];
  return `${comments(masked, '#')}${lines.join(' \\\n')}\n`;
}

/** A test of the endpoint with the callback, as it was sent. */
export function vitestSnippet({ callback, method, url, headers, body, bodyEncoding }: Delivery): string {
  const { sent, masked } = sendable(headers);
  const content = body === null || bodyEncoding !== undefined ? [] : [`    body: ${bodyCode(body)},`];
  return `${comments(masked, '//')}import { expect, test } from 'vitest';

test(${codeQuoted(`acknowledges ${callback}`)}, async () => {
  const response = await fetch(${codeQuoted(url)}, {
    method: ${codeQuoted(method)},
    headers: {
${sent.map(([name, value]) => `      ${codeQuoted(name)}: ${codeQuoted(value)},`).join('\n')}
    },
${content.join('\n')}
  });
  expect(response.ok).toBe(true);
});
`;
}

function sendable(headers: Readonly<Record<string, string>>): {
  sent: [string, string][];
  masked: readonly string[];
} {
  const entries = Object.entries(headers).filter(([name]) => !ownHeaders.test(name));
  return {
    sent: entries.filter(([, value]) => !value.includes('***')),
    masked: entries.filter(([, value]) => value.includes('***')).map(([name]) => name),
  };
}

function comments(masked: readonly string[], sign: string): string {
  return masked.length === 0 ? '' : `${sign} Masked, so left out: ${masked.join(', ')}\n`;
}

/** JSON that its parser reads back as the same text is written as an object. */
function bodyCode(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (JSON.stringify(value) === body) {
      return `JSON.stringify(${JSON.stringify(value, null, 2).replaceAll('\n', '\n    ')})`;
    }
  } catch {
    // No JSON: the text itself.
  }
  return codeQuoted(body);
}

function codeQuoted(text: string): string {
  return JSON.stringify(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
