import { createHash, randomBytes } from "node:crypto";
import { parseEventIdSeed } from "../engine/event-endpoint";

const ENTROPY_BYTES = 10;

/**
 * Makes the id seed of a request in Inngest's form, `<epoch ms>,<base64 of 10 bytes>`. It hashes the project, the
 * sender's seed and the body, so a repeated request gets the same event ids. Another project or another body gets other
 * ids, even with the same seed. Without a readable seed from the sender it is random.
 */
export function makeEventIdSeed(input: {
  projectId: string;
  sent: string | null;
  body: Uint8Array;
  now: Date;
}): string {
  const { projectId, sent, body, now } = input;
  const parsed = sent === null ? null : parseEventIdSeed(sent);
  const entropy = parsed
    ? createHash("sha256")
        .update(JSON.stringify([projectId, sent]))
        .update(body)
        .digest()
        .subarray(0, ENTROPY_BYTES)
    : randomBytes(ENTROPY_BYTES);
  return `${parsed?.millis ?? now.getTime()},${entropy.toString("base64")}`;
}
