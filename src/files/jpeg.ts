import type { ByteSource } from './byte-source.ts';
import type { ImageSize } from './image-size.ts';

/** Markers of ITU-T T.81, table B.1. */
const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dht: 0xc4,
  dqt: 0xdb,
  jpg: 0xc8,
  dac: 0xcc,
  tem: 0x01,
} as const;

/** Frames that libjpeg decodes: baseline, extended, progressive, and the last two with arithmetic coding. */
const decodable: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

/**
 * How many bytes are searched first, since the next marker is usually near. The size doubles each time, up to the
 * maximum.
 */
const firstBytes = 2048;
const mostBytes = 256 * 1024;

/** Far more than any image has. Restart markers do not count. */
const mostMarkers = 100_000;

/**
 * Walks the markers of a JPEG (ITU-T T.81, annex B): a frame header with the size, a scan, and the end of the image.
 * Thumbnails in application segments are skipped, and anything after the end is ignored.
 *
 * Mock's choice: a lossless or hierarchical JPEG counts as corrupted, and so does one with other than 8 bits per
 * sample. Common decoders refuse them.
 *
 * Mock's choice: a JPEG without its end counts as corrupted. Decoders show what there is, with a warning.
 * @returns null if the file is damaged
 */
export function measureJpeg(source: ByteSource): ImageSize | null {
  let frame: { width: number; height: number } | null = null;
  let hasTables = false;
  let hasScan = false;
  let at = 2;
  for (let count = 0; ; count++) {
    const found = count < mostMarkers ? nextMarker(source, at) : null;
    if (found === null) return null;
    const { code, end } = found;
    at = end;
    if (code === marker.eoi) break;
    if (code === marker.soi) return null;
    if (code === marker.tem) continue;
    const segment = source.read(at, 2 + 6);
    const length = segment.length < 2 ? 0 : segment.readUInt16BE();
    if (length < 2 || at + length > source.size) return null;
    if (isFrame(code)) {
      if (!decodable.has(code) || length < 8 || segment.readUInt8(2) !== 8) return null;
      if (frame !== null && !hasScan) return null;
      if (!hasComponents(source.read(at + 7, length - 7))) return null;
      frame = { height: segment.readUInt16BE(3), width: segment.readUInt16BE(5) };
    }
    if (code === marker.dqt) hasTables = true;
    // Nothing can be decoded without a quantization table.
    if (code === marker.sos && !hasTables) return null;
    if (code === marker.sos) hasScan = true;
    at += length;
  }
  if (frame === null || !hasScan || frame.width === 0 || frame.height === 0) return null;
  return frame;
}

/** Whether a frame header lists one, three or four components, each with sampling factors from 1 to 4 (B.2.2). */
function hasComponents(list: Buffer): boolean {
  const count = list[0] ?? 0;
  if (![1, 3, 4].includes(count) || list.length !== 1 + 3 * count) return false;
  return Array.from({ length: count }, (_, i) => list[2 + 3 * i] ?? 0).every(
    (factors) => isFactor(factors >> 4) && isFactor(factors & 15),
  );
}

function isFactor(value: number): boolean {
  return value >= 1 && value <= 4;
}

/** The next marker and its end. Readers skip what is between segments, as they skip the data of a scan. */
function nextMarker(source: ByteSource, from: number): { code: number; end: number } | null {
  let length = firstBytes;
  for (let start = from; start < source.size; length = Math.min(2 * length, mostBytes)) {
    const bytes = source.read(start, length);
    for (let at = bytes.indexOf(0xff); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
      const code = bytes[at + 1];
      // A stuffed zero or a restart marker is part of the data; repeated 0xff is padding (B.1.1.2).
      if (code === undefined || code === 0x00 || code === 0xff || isRestart(code)) continue;
      return { code, end: start + at + 2 };
    }
    if (start + bytes.length >= source.size) return null;
    // The last byte may be the start of a marker.
    start += bytes.length - 1;
  }
  return null;
}

function isRestart(code: number): boolean {
  return code >= 0xd0 && code <= 0xd7;
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== marker.dht && code !== marker.jpg && code !== marker.dac;
}
