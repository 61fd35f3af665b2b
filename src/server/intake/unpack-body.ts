import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import type { ContentEncoding } from "../content-encoding";
import { AppError } from "../errors";
import { GrowingBuffer } from "../growing-buffer";
import { makeBodyTooLargeError, type BodyMemoryReservation } from "../request-body";

/** The size of the pieces in which a body is uncompressed, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Uncompresses a body, and stops as soon as it exceeds its limit: 40 KB of gzip can become 4 GiB. A body that says gzip
 * and is none comes back as it is.
 * @param hold reserves memory for the uncompressed bytes so far; unpacking pauses until it resolves
 * @throws AppError BAD_REQUEST for damaged data, PAYLOAD_TOO_LARGE
 */
export async function unpackBody(
  packed: Uint8Array,
  encoding: ContentEncoding,
  { bytesMax, hold }: { bytesMax: number; hold: BodyMemoryReservation["hold"] },
): Promise<Uint8Array> {
  const create = unpackerOf(packed, encoding);
  if (!create) return packed;
  const stream = create({ chunkSize: CHUNK_BYTES });
  stream.end(packed);
  const gathered = new GrowingBuffer({ expected: 0, bytesMax });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const size = gathered.size + chunk.byteLength;
      if (size > bytesMax) throw makeBodyTooLargeError(bytesMax);
      await hold(size);
      gathered.add(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("BAD_REQUEST", `The body is not ${encoding}, although its header says so.`, { cause: error });
  } finally {
    stream.destroy();
  }
  return gathered.bytes;
}

/** Makes the decompressor for a body; null for a body that is not compressed. */
function unpackerOf(packed: Uint8Array, encoding: ContentEncoding) {
  const [first = 0, second = 0] = packed;
  if (packed.byteLength === 0 || encoding === "identity") return null;
  // A body without the header of gzip was uncompressed by a proxy, which left the Content-Encoding in place.
  if (encoding === "gzip") return first === 0x1f && second === 0x8b ? createGunzip : null;
  // Some clients send deflate data without the header of zlib.
  return isZlibHeader(first, second) ? createInflate : createInflateRaw;
}

/** Tells whether two bytes begin zlib data (RFC 1950, section 2.2). */
const isZlibHeader = (first: number, second: number): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
