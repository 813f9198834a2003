/** What a PDF's syntax is made of, as far as its structure goes (ISO 32000-1 §7.2, §7.3). */
export interface PdfTokenSink {
  /** A keyword or number, e.g. `obj`, `trailer`, `12`, with the position of its first character. */
  word(text: string, at: number): void;
  /** A name without its slash. */
  name(text: string): void;
  /** A string of either kind; its content is of no interest. */
  string(): void;
  /** `<<`, `>>`, `[` or `]`. */
  bracket(text: '<<' | '>>' | '[' | ']'): void;
}

/** Longer than any word or name that matters; the rest of a longer one is dropped. */
const maxTokenLength = 64;

/** 1 for white space and delimiters, which end a word or name (§7.2.2). */
const endsToken = new Uint8Array(256);
for (const each of '\0\t\n\f\r ()<>[]{}/%') endsToken[each.charCodeAt(0)] = 1;

type State = 'between' | 'word' | 'name' | 'comment' | 'string' | 'escape' | 'less' | 'hex' | 'greater';

/** Cuts a PDF into tokens, wherever the chunks are cut. Comments are passed over. */
export class PdfLexer {
  readonly #sink: PdfTokenSink;
  #state: State = 'between';
  /** The token so far, and how long it is. */
  readonly #token = Buffer.allocUnsafe(maxTokenLength);
  #length = 0;
  #tokenAt = 0;
  #depth = 0;

  constructor(sink: PdfTokenSink) {
    this.#sink = sink;
  }

  /**
   * Takes one byte.
   * @param at its position in the file
   */
  take(byte: number, at: number): void {
    switch (this.#state) {
      case 'between':
        this.#begin(byte, at);
        break;
      case 'word':
      case 'name':
        if (endsToken[byte] === 1) {
          this.#endToken();
          this.#begin(byte, at);
        } else if (this.#length < maxTokenLength) this.#token[this.#length++] = byte;
        break;
      case 'comment':
        if (byte === 0x0a || byte === 0x0d) this.#state = 'between';
        break;
      case 'string':
        this.#inString(byte);
        break;
      case 'escape':
        this.#state = 'string';
        break;
      case 'less':
        if (byte === 0x3c) this.#bracket('<<');
        else if (byte === 0x3e) this.#endString();
        else this.#state = 'hex';
        break;
      case 'hex':
        if (byte === 0x3e) this.#endString();
        break;
      case 'greater':
        // A single one is an error that readers pass over.
        if (byte === 0x3e) this.#bracket('>>');
        else this.#begin(byte, at);
    }
  }

  #begin(byte: number, at: number): void {
    this.#state = 'between';
    switch (byte) {
      case 0x25:
        this.#state = 'comment';
        break;
      case 0x28:
        this.#state = 'string';
        this.#depth = 1;
        break;
      case 0x2f:
        this.#beginToken('name', at);
        break;
      case 0x3c:
        this.#state = 'less';
        break;
      case 0x3e:
        this.#state = 'greater';
        break;
      case 0x5b:
        this.#bracket('[');
        break;
      case 0x5d:
        this.#bracket(']');
        break;
      default:
        if (endsToken[byte] === 0) {
          this.#beginToken('word', at);
          this.#token[this.#length++] = byte;
        }
    }
  }

  #beginToken(state: 'word' | 'name', at: number): void {
    this.#state = state;
    this.#length = 0;
    this.#tokenAt = at;
  }

  #endToken(): void {
    const text = this.#token.toString('latin1', 0, this.#length);
    if (this.#state === 'word') this.#sink.word(text, this.#tokenAt);
    else this.#sink.name(unescapedName(text));
  }

  #inString(byte: number): void {
    if (byte === 0x5c) this.#state = 'escape';
    else if (byte === 0x28) this.#depth++;
    else if (byte === 0x29 && --this.#depth === 0) this.#endString();
  }

  #endString(): void {
    this.#state = 'between';
    this.#sink.string();
  }

  #bracket(text: '<<' | '>>' | '[' | ']'): void {
    this.#state = 'between';
    this.#sink.bracket(text);
  }
}

/** `#45` stands for a character of a name (§7.3.5). */
function unescapedName(text: string): string {
  if (!text.includes('#')) return text;
  return text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
