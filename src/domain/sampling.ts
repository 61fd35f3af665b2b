import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

/** What the sampling hash is made from, so that whole traces or sessions can stay together. */
export const SamplingBy = z.enum(["source", "trace", "session"]);
export type SamplingBy = z.infer<typeof SamplingBy>;

export type SamplingKeys = { sourceId: string; traceId: string | null; sessionId: string | null };

/** The key of the chosen kind; the source id where it is missing or empty, so that unlinked events are not one lump. */
export function samplingKey({ by, ...keys }: SamplingKeys & { by: SamplingBy }): string {
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
 * Whether a key is in a trigger's sample: a hash and not a die. The same key always gets the same bucket from the same
 * trigger, and raising the rate never drops one that was in.
 * @param rate 0 is never, 1 is always
 * @returns the bucket, in [0, 1); sampled where it is below the rate
 */
export function sample(input: { triggerId: string; key: string; rate: number }): { sampled: boolean; bucket: number } {
  const hash = sha256(utf8ToBytes(`${input.triggerId}\n${input.key}`));
  const view = new DataView(hash.buffer, hash.byteOffset, 8);
  // 53 bits: all that a double can tell apart.
  const bucket = (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  return { sampled: bucket < input.rate, bucket };
}
