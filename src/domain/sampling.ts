import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

/** The kind of id that sampling hashes. With the trace or session id, whole traces or sessions stay together. */
export const SamplingBy = z.enum(["source", "trace", "session"]);
export type SamplingBy = z.infer<typeof SamplingBy>;

export type SamplingIds = { sourceId: string; traceId: string | null; sessionId: string | null };

/**
 * Returns the id that sampling hashes. Without a trace or session it is the source id, so that such events are sampled
 * one by one.
 */
export function chooseIdToHash({ by, ...keys }: SamplingIds & { by: SamplingBy }): string {
  switch (by) {
    case "source":
      return keys.sourceId;
    case "trace":
      return keys.traceId || keys.sourceId;
    case "session":
      return keys.sessionId || keys.sourceId;
    default:
      return by satisfies never;
  }
}

/**
 * Tells whether a key is in a trigger's sample, by a hash. For one trigger the same key always has the same bucket. So
 * a higher rate never drops a key.
 * @param rate 0 is never, 1 is always
 * @returns the bucket in [0, 1); a key is sampled if its bucket is below the rate
 */
export function sampleByHash(input: { triggerId: string; key: string; rate: number }): {
  sampled: boolean;
  bucket: number;
} {
  const hash = sha256(utf8ToBytes(`${input.triggerId}\n${input.key}`));
  const view = new DataView(hash.buffer, hash.byteOffset, 8);
  // A double holds 53 bits exactly, so the bucket uses 53 bits of the hash.
  const bucket = (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  return { sampled: bucket < input.rate, bucket };
}
