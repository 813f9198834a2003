import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { CopyButton } from '../parts/copy-button.tsx';
import { bytesText } from '../parts/format.ts';
import { saveFile } from '../parts/save-file.ts';

/** More than this is shown on demand: a browser takes seconds to lay out megabytes of text. */
const shownCharacters = 20_000;
const shownBytes = 256;

export interface BodyProps {
  readonly body: string | null;
  readonly isBase64?: boolean;
  /** Whether the server kept only its start. */
  readonly isCut?: boolean;
  readonly mediaType: string;
  /** Name of the file, if it is saved. */
  readonly name: string;
}

/** A body as text, whatever is in it: JSON is indented, bytes are shown in hexadecimal digits. */
export function BodyView({ body, isBase64 = false, isCut = false, mediaType, name }: BodyProps): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const bytes = useMemo(() => (isBase64 && body !== null ? bytesOf(body) : null), [body, isBase64]);
  const text = useMemo(() => (body === null ? '' : readable(body, mediaType)), [body, mediaType]);
  if (body === null || body === '') return <p class="dim">No body.</p>;
  if (bytes !== null) {
    return (
      <div class="body">
        <p class="dim">
          {bytesText(bytes.length)} of {mediaType || 'an unknown type'}
          {bytes.length > shownBytes && `; the first ${shownBytes} are shown`}
        </p>
        <pre tabIndex={0}>{hexDump(bytes.subarray(0, shownBytes))}</pre>
        <CopyButton text={body} label="Copy as base64" />
      </div>
    );
  }
  const isBinary = text.includes('\uFFFD') || text.includes('\0');
  const isLong = text.length > shownCharacters && !isWhole;
  return (
    <div class="body">
      {isBinary && (
        <p class="dim">This is not text ({mediaType || 'no media type'}); bytes that are none appear as �.</p>
      )}
      <pre tabIndex={0}>{isLong ? text.slice(0, shownCharacters) : text}</pre>
      <p class="body-acts">
        <CopyButton text={body} />
        <button type="button" class="quiet" onClick={() => saveFile(name, body, mediaType || 'text/plain')}>
          Save
        </button>
        {isLong && (
          <button type="button" class="quiet" onClick={() => setWhole(true)}>
            Show all {bytesText(body.length)}
          </button>
        )}
        {isCut && <span class="dim">The server keeps only the start of the body.</span>}
      </p>
    </div>
  );
}

function readable(body: string, mediaType: string): string {
  if (!/json/i.test(mediaType) && !/^\s*[[{]/.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const part = [...bytes.subarray(start, start + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${start.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
