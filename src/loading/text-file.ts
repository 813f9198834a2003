/**
 * Decodes UTF-8 bytes, without a byte-order mark.
 * @returns the text, or why the bytes are not UTF-8, as the end of a sentence such as "the file …"
 */
export function decodeText(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  if (isUtf16(bytes)) return { problem: 'is UTF-16, expected UTF-8' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: 'is not UTF-8' };
  }
}

/**
 * Detects UTF-16 by its byte-order mark or, without one, by the zeros next to the first two characters, which are ASCII
 * in JSON and YAML.
 */
function isUtf16([a, b, c, d]: Uint8Array): boolean {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return false;
  return (a === 0 && c === 0 && b * d !== 0) || (b === 0 && d === 0 && a * c !== 0);
}

/** Why a file or folder is unreadable, as a clause: `there is no such file or directory`. */
export function unreadableReason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file or directory';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a directory, expected a file';
  return error instanceof Error ? error.message : String(error);
}
