/** Writes a response of the control API as it is, or as text. */
export function output(isJson: boolean, body: unknown, text: () => string): void {
  process.stdout.write(isJson ? `${JSON.stringify(body, null, 2)}\n` : text());
}
