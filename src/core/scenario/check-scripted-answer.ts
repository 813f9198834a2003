import { escapePointer, type JsonObject } from '../json.ts';
import type { ApiFault } from './scenario.ts';
import { type Finding, show } from './schema-violations.ts';

/** Headers that frame the response. The server sets them, and other values would break it. */
const framingHeaders: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Statuses whose responses have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const bodiless: readonly number[] = [204, 205, 304];

/** Finds the parts of a scripted response (`status`, `headers`, `body`) that cannot be sent. */
export function checkScriptedAnswer(
  { value, headers = {}, body }: Pick<ApiFault, 'value' | 'headers' | 'body'>,
  pointer: string,
): Finding[] {
  const findings = headerFindings(headers, `${pointer}/headers`);
  if (body !== undefined && bodiless.includes(Number(value))) {
    const message = `an answer with status ${value} has no body; leave it out.`;
    findings.push({ pointer: `${pointer}/body`, atKey: true, code: 'status.body', message });
  }
  return findings;
}

/** Finds headers that cannot be sent. */
export function headerFindings(headers: JsonObject, pointer: string): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const report = (at: string, atKey: boolean, code: string, message: string): void => {
    findings.push({ pointer: at, atKey, code, message });
  };
  for (const [name, text] of Object.entries(headers)) {
    const at = `${pointer}/${escapePointer(name)}`;
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      const expected = 'a header name of letters, digits and - (RFC 9110 §5.1)';
      report(at, true, 'header.name', `got ${show(name)}, expected ${expected}.`);
    } else if (framingHeaders.includes(lower)) {
      report(at, true, 'header.framing', `${name} is set by the server; omit it.`);
    } else if (seen.has(lower)) {
      report(at, true, 'header.repeated', `${name} is given twice; upper and lower case are the same.`);
    }
    seen.add(lower);
    if (typeof text === 'string' && !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      const expected = 'one line of Latin-1 text (RFC 9110 §5.5)';
      report(at, false, 'header.value', `got ${show(text)}, expected ${expected}.`);
    }
  }
  return findings;
}
