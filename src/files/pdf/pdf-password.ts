import { createCipheriv, createHash } from 'node:crypto';
import { asCount, type PdfValue } from './pdf-values.ts';

/** The padding of a password (ISO 32000-1, algorithm 2). With an empty password, it is the whole input. */
const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

const nothing = Buffer.alloc(0);

/** Of the algorithm (`V`); 3 was never published. */
const versions: ReadonlySet<number> = new Set([1, 2, 4, 5]);

/** The encryption dictionary of a PDF with resolved references, and the first part of the file's ID. */
export interface Encryption {
  readonly get: (key: string) => PdfValue | undefined;
  readonly id: Buffer;
}

/** What a reader needs to open an encrypted PDF. `unknown`: an algorithm that readers do not support. */
export type Opening = 'nothing' | 'password' | 'unknown';

/**
 * Determines whether the empty password opens a PDF: as the user password, which readers try before they ask, or as the
 * owner password (ISO 32000-1 §7.6.3.4, ISO 32000-2 §7.6.4.4).
 *
 * Mock's choice: a PDF is password-protected if the empty password does not open it. One with owner restrictions only
 * is a valid file.
 *
 * Mock's choice: a PDF with an encryption that readers do not support, such as one for certificate holders, counts as
 * corrupted.
 */
export function openingOf(encryption: Encryption): Opening {
  const { get } = encryption;
  const revision = asCount(get('R')) ?? 0;
  const owner = asBytes(get('O'));
  const user = asBytes(get('U'));
  const isKnown = versions.has(asCount(get('V')) ?? 0) && revision >= 2 && revision <= 6;
  if (get('Filter') !== 'Standard' || !isKnown || typeof get('P') !== 'number') return 'unknown';
  if (revision >= 5) return opensByHash(revision, owner, user) ? 'nothing' : 'password';
  const opens = keyLengths(encryption, revision).some((length) => {
    const settings = { revision, length, owner, user, encryption };
    return isUserPassword(padding, settings) || isUserPassword(userPasswordOf(settings), settings);
  });
  return opens ? 'nothing' : 'password';
}

function asBytes(value: PdfValue | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : nothing;
}

/** Possible lengths of the key, in bytes. Some writers give it in bytes, and some omit it if it is 16. */
function keyLengths({ get }: Encryption, revision: number): readonly number[] {
  if (revision === 2) return [5];
  const named = asCount(get('Length')) ?? 40;
  const bytes = named < 40 ? named : named / 8;
  return [...(bytes >= 5 && bytes <= 16 ? [Math.floor(bytes)] : []), ...(revision === 4 ? [16] : [])];
}

interface KeySettings {
  readonly revision: number;
  /** Of the key, in bytes. */
  readonly length: number;
  readonly owner: Buffer;
  readonly user: Buffer;
  readonly encryption: Encryption;
}

/** Algorithms 2, 4, 5 and 6. */
function isUserPassword(password: Buffer, settings: KeySettings): boolean {
  const { revision, length, owner, user, encryption } = settings;
  const permissions = Buffer.alloc(4);
  const value = encryption.get('P');
  permissions.writeInt32LE(typeof value === 'number' ? value | 0 : 0);
  const isMetadataClear = revision === 4 && encryption.get('EncryptMetadata') === false;
  let key = md5(
    password,
    owner.subarray(0, 32),
    permissions,
    encryption.id,
    isMetadataClear ? Buffer.alloc(4, 0xff) : nothing,
  );
  if (revision >= 3) for (let round = 0; round < 50; round++) key = md5(key.subarray(0, length));
  key = key.subarray(0, length);
  if (revision === 2) return user.length >= 32 && rc4(key, padding).equals(user.subarray(0, 32));
  const hash = rc4Rounds(key, md5(padding, encryption.id), rounds);
  return user.length >= 16 && hash.equals(user.subarray(0, 16));
}

/** The padded user password that an empty owner password reveals (algorithm 7). */
function userPasswordOf({ revision, length, owner }: KeySettings): Buffer {
  let key = md5(padding);
  if (revision >= 3) for (let round = 0; round < 50; round++) key = md5(key);
  key = key.subarray(0, length);
  return rc4Rounds(key, owner.subarray(0, 32), revision === 2 ? [0] : rounds.toReversed());
}

const rounds: readonly number[] = Array.from({ length: 20 }, (_, round) => round);

function rc4Rounds(key: Buffer, data: Buffer, numbers: readonly number[]): Buffer {
  return numbers.reduce(
    (result, number) =>
      rc4(
        key.map((byte) => byte ^ number),
        result,
      ),
    data,
  );
}

/** Algorithms 11 and 12: the user's or owner's entry starts with the hash of the empty password with a salt. */
function opensByHash(revision: number, owner: Buffer, user: Buffer): boolean {
  const hash = revision === 5 ? sha256 : hardenedHash;
  const isIt = (entry: Buffer, extra: Buffer): boolean =>
    entry.length >= 48 && hash(entry.subarray(32, 40), extra).equals(entry.subarray(0, 32));
  // Readers try the owner password only in the newer algorithm.
  return isIt(user, nothing) || (revision === 6 && isIt(owner, user.subarray(0, 48)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return digest('sha256', parts);
}

/** Algorithm 2.B for the empty password. */
function hardenedHash(salt: Buffer, extra: Buffer): Buffer {
  let key = sha256(salt, extra);
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const block = Buffer.concat([key, extra]);
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(
      false,
    );
    const data = cipher.update(Buffer.concat(Array<Buffer>(64).fill(block)));
    const sum = data.subarray(0, 16).reduce((total, byte) => total + byte, 0);
    key = digest((['sha256', 'sha384', 'sha512'] as const)[sum % 3] ?? 'sha256', [data]);
    last = data.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}

function md5(...parts: readonly Buffer[]): Buffer {
  return digest('md5', parts);
}

function digest(algorithm: string, parts: readonly Buffer[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RC4, which Node's OpenSSL no longer supports. */
function rc4(key: Uint8Array, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (i: number, j: number): number => {
    const [a = 0, b = 0] = [state[i], state[j]];
    state[i] = b;
    state[j] = a;
    return (a + b) & 0xff;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 0xff;
    swap(i, j);
  }
  let j = 0;
  return data.map((byte, at) => {
    const i = (at + 1) & 0xff;
    j = (j + (state[i] ?? 0)) & 0xff;
    return byte ^ (state[swap(i, j)] ?? 0);
  }) as Buffer;
}
