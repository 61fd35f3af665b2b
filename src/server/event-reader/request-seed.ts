import { createHash, randomBytes } from "node:crypto";
import { parseEventIdSeed } from "../engine/event-endpoint";

const ENTROPY_BYTES = 10;

/**
 * Makes the id seed of a request, `<epoch ms>,<base64 of 10 bytes>` as in Inngest's protocol. It is a hash of the
 * project, the sender's seed and the body, so a true repeat gets the same ids again. The same seed in another project,
 * or with other content, gives other ids. Without a readable seed from the sender it is random.
 */
export function makeRequestSeed(input: {
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
