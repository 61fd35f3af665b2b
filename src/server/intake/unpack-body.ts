import { createGunzip, createInflate, type Gunzip, type Inflate } from "node:zlib";
import { AppError } from "../errors";
import { GrowingBuffer } from "../growing-buffer";
import { bodyTooLargeError, type BodyRoom } from "../request-body";

export type ContentEncoding = "identity" | "gzip" | "deflate";

/** Returns the compression of a body; null if it is not supported. */
export function contentEncodingOf(request: Request): ContentEncoding | null {
  const named = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  if (named === "x-gzip") return "gzip";
  return named === "identity" || named === "gzip" || named === "deflate" ? named : null;
}

/** Bytes that are unpacked at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Unpacks a body, and stops as soon as it exceeds its limit: 40 KB of gzip can become 4 GiB.
 * @param hold makes room for the unpacked bytes so far; nothing more is unpacked until it resolves
 * @throws AppError BAD_REQUEST if the bytes are not what their header says, PAYLOAD_TOO_LARGE
 */
export async function unpackBody(
  packed: Uint8Array,
  encoding: ContentEncoding,
  { bytesMax, hold }: { bytesMax: number; hold: BodyRoom["hold"] },
): Promise<Uint8Array> {
  // A proxy may have unpacked the body and left the header in place.
  const isPacked = encoding === "deflate" || (encoding === "gzip" && packed[0] === 0x1f && packed[1] === 0x8b);
  if (!isPacked) return packed;
  const stream: Gunzip | Inflate = (encoding === "gzip" ? createGunzip : createInflate)({ chunkSize: CHUNK_BYTES });
  stream.end(packed);
  const gathered = new GrowingBuffer({ expected: 0, bytesMax });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const size = gathered.size + chunk.byteLength;
      if (size > bytesMax) throw bodyTooLargeError(bytesMax);
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
