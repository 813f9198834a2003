const nameOfField = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Whether a text can be the name of a header field (RFC 9110 §5.1). */
export function isFieldName(name: string): boolean {
  return nameOfField.test(name);
}

/**
 * A text as the value of a header field (RFC 9110 §5.5): line breaks and other control characters become one space, and
 * characters outside of Latin-1 are percent-encoded.
 */
export function fieldValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a field cannot have.
  const plain = text.toWellFormed().replace(/[\0-\x1f\x7f]+/g, ' ');
  return plain.replace(/[^\0-\xff]+/g, encodeURIComponent).trim();
}
