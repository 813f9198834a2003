import { isUtf8 } from 'node:buffer';
import type { XmlElement } from '../../core/contract/media/decode-xml.ts';
import { RingbackError } from '../../core/errors.ts';

/** `{name: [children], ':@': {attributes}}`, or `{'#text': text}`. */
type Node = Readonly<Record<string, unknown>>;

/**
 * Reads an XML document. The parser is imported at the first use. It limits how much entities expand to, and refuses the
 * name `__proto__`, as JSON bodies do.
 * @param maxDepth deepest nesting of elements that is read
 * @throws {RingbackError} `request.malformed`, `request.too-large`
 */
export async function parseXml(bytes: Buffer, maxDepth: number): Promise<XmlElement> {
  if (!isUtf8(bytes)) throw malformed('it is not UTF-8. Encode it in UTF-8');
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { msg, line, col } = checked.err;
    throw malformed(`${msg.replace(/\.$/, '')} at line ${line}, column ${col}`);
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    // For references to characters, such as &#13;.
    htmlEntities: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: maxDepth,
  });
  let nodes: readonly Node[];
  try {
    nodes = parser.parse(text) as readonly Node[];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/nested/i.test(message)) throw tooDeep(maxDepth);
    throw malformed(message, cause);
  }
  const [root, another] = nodes.map(elementOf).filter((each) => each !== null);
  if (root === undefined) throw malformed('it has no element');
  if (another !== undefined) throw malformed(`it has a second root element, <${another.name}>`);
  return root;
}

function elementOf(node: Node): XmlElement | null {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name === '#text') return null;
  const children = node[name] as readonly Node[];
  return {
    name,
    attributes: Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>),
    elements: children.map(elementOf).filter((each) => each !== null),
    text: children.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join(''),
  };
}

function malformed(why: string, cause?: unknown): RingbackError {
  return new RingbackError('request.malformed', {
    detail: `Could not read the XML body: ${why}.`,
    violations: [{ location: 'body', code: 'syntax', message: why }],
    cause,
  });
}

function tooDeep(maxDepth: number): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit: maxDepth, setting: 'limits.jsonDepth' },
    detail: `Could not read the XML body: it is nested more than ${maxDepth} levels deep. Send a flatter body, or raise limits.jsonDepth.`,
    violations: [
      { location: 'body', code: 'limits.jsonDepth', message: `must not be nested deeper than ${maxDepth}` },
    ],
  });
}
