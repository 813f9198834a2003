import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { RingbackError } from '../../core/errors.ts';
import { guarded } from '../../platform/guarded.ts';

/** A digest that is being computed. */
interface Hash {
  update(bytes: Uint8Array): unknown;
  /** The digest of all bytes. */
  digest(): Buffer;
}

interface DigestHeader {
  readonly name: string;
  readonly what: string;
  /** Length of the digest in bytes. */
  readonly bytes: number;
  begin(): Hash;
}

/** Headers with which clients of object stores have an upload checked. Each contains a digest in Base64. */
const digestHeaders: readonly DigestHeader[] = [
  { name: 'content-md5', what: 'MD5', bytes: 16, begin: () => hashOf('md5') },
  { name: 'x-amz-checksum-sha1', what: 'SHA-1', bytes: 20, begin: () => hashOf('sha1') },
  { name: 'x-amz-checksum-sha256', what: 'SHA-256', bytes: 32, begin: () => hashOf('sha256') },
  { name: 'x-amz-checksum-crc32', what: 'CRC-32', bytes: 4, begin: crc32 },
];

function hashOf(algorithm: string): Hash {
  return createHash(algorithm);
}

function crc32(): Hash {
  const zlib = process.getBuiltinModule('node:zlib');
  let value = 0;
  return {
    update: (bytes) => {
      value = zlib.crc32(bytes, value);
    },
    digest: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}

/** Compares the bytes of a body with the digests that its headers name. */
export interface BodyDigests {
  /** @throws {RingbackError} `request.digest` if one differs */
  check(): void;
}

/**
 * Computes the digests that the headers name, of the bytes as received, before decoding.
 * @param body gets a listener, so call this before it flows
 * @throws {RingbackError} `request.digest` for a malformed header
 */
export function digestBody(body: Readable & { readonly headers: IncomingHttpHeaders }): BodyDigests {
  const wanted = digestHeaders.flatMap((header) => {
    const given = body.headers[header.name];
    return typeof given === 'string' ? [{ header, given: readDigest(header, given) }] : [];
  });
  const digests = wanted.map((digest) => ({ ...digest, hash: digest.header.begin() }));
  let failure: unknown = null;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  for (const { hash } of digests)
    body.on(
      'data',
      guarded((chunk: Buffer) => void hash.update(chunk), fail),
    );
  return {
    check: () => {
      if (failure !== null) throw failure;
      for (const { header, given, hash } of digests) {
        const made = hash.digest();
        if (!made.equals(given)) throw mismatch(header, given, made);
      }
    },
  };
}

function readDigest(header: DigestHeader, given: string): Buffer {
  const digest = Buffer.from(given, 'base64');
  if (digest.length === header.bytes && digest.toString('base64') === given.trim()) return digest;
  const expected = `the ${header.what} of the body in Base64, ${header.bytes} bytes of digest`;
  throw refusal(
    header,
    `is malformed. Got ${JSON.stringify(given.slice(0, 100))}, expected ${expected}`,
    `must be ${expected}`,
  );
}

function mismatch(header: DigestHeader, given: Buffer, made: Buffer): RingbackError {
  const found = `${header.what} ${made.toString('base64')}, but the header has ${given.toString('base64')}`;
  return refusal(
    header,
    `does not match: the bytes received have the ${found}`,
    `must be ${made.toString('base64')}`,
  );
}

function refusal({ name }: DigestHeader, why: string, message: string): RingbackError {
  return new RingbackError('request.digest', {
    detail: `Could not accept the body: the header ${name} ${why}. Nothing of the body was stored.`,
    violations: [{ location: `header/${name}`, code: 'digest', message }],
  });
}
