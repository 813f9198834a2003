/** Filters that decode text and runs of bytes (ISO 32000-1 §7.4.2, §7.4.3, §7.4.5). Each stops at its end mark. */
export const plainFilters: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  ASCIIHexDecode: fromHex,
  AHx: fromHex,
  ASCII85Decode: fromAscii85,
  A85: fromAscii85,
  RunLengthDecode: fromRunLengths,
  RL: fromRunLengths,
};

function fromHex(data: Buffer): Buffer {
  const [digits = ''] = data.toString('latin1').split('>');
  const hex = digits.replaceAll(/[^0-9a-f]/gi, '');
  return Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, 'hex');
}

function fromAscii85(data: Buffer): Buffer {
  const [text = ''] = data.toString('latin1').split('~');
  const groups = text.replaceAll(/[^!-uz]/g, '').match(/z|[!-u]{1,5}/g) ?? [];
  return Buffer.concat(groups.map(fourBytes));
}

/** A last group of n characters stands for n - 1 bytes. */
function fourBytes(group: string): Buffer {
  const padded = group === 'z' ? '!!!!!' : group.padEnd(5, 'u');
  let number = 0;
  for (const character of padded) number = number * 85 + character.charCodeAt(0) - 33;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number % 2 ** 32);
  return bytes.subarray(0, group === 'z' ? 4 : group.length - 1);
}

function fromRunLengths(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 128;
    if (length === 128) break;
    const isCopied = length < 128;
    parts.push(
      isCopied ? data.subarray(at + 1, at + 2 + length) : Buffer.alloc(257 - length, data[at + 1] ?? 0),
    );
    at += isCopied ? length + 2 : 2;
  }
  return Buffer.concat(parts);
}
