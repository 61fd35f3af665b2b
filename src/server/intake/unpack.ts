import { createGunzip, createInflate, type Gunzip, type Inflate } from "node:zlib";
import { AppError } from "../errors";

export type ContentEncoding = "identity" | "gzip" | "deflate";

/** Returns the compression of a body; null if it is not supported. */
export function contentEncodingOf(request: Request): ContentEncoding | null {
  const named = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  if (named === "x-gzip") return "gzip";
  return named === "identity" || named === "gzip" || named === "deflate" ? named : null;
}

/**
 * Unpacks a body, and stops as soon as it exceeds its limit: 40 KB of gzip can become 4 GiB.
 * @param onSize is called with the number of bytes before more are unpacked; it may throw
 * @throws AppError BAD_REQUEST if the bytes are not what their header says
 */
export async function unpack(
  packed: Uint8Array,
  encoding: ContentEncoding,
  onSize: (size: number) => void,
): Promise<Uint8Array> {
  // A proxy may have unpacked the body and left the header in place.
  const isPacked = encoding === "deflate" || (encoding === "gzip" && packed[0] === 0x1f && packed[1] === 0x8b);
  if (!isPacked) return packed;
  const stream: Gunzip | Inflate = encoding === "gzip" ? createGunzip() : createInflate();
  stream.end(packed);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onSize((size += chunk.length));
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("BAD_REQUEST", `The body is not ${encoding}, although its header says so.`, { cause: error });
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks);
}
