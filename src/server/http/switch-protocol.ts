import type { IncomingMessage } from 'node:http';

/**
 * The bytes of a request that offers to change the protocol, without the offer, which a server may ignore
 * (RFC 9110 §7.8), and all that came after its head. Node's parser reads nothing past such an offer: neither the request's
 * body nor the requests that follow.
 * @param rest what Node has read past the head
 */
export function withoutOffer(
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  rest: Buffer,
): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    const lower = name.toLowerCase();
    if (lower === 'upgrade') continue;
    head += `${name}: ${lower === 'connection' ? withoutUpgrade(value) : value}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), rest]);
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => option.toLowerCase() !== 'upgrade').join(', ');
}
