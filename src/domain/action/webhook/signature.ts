import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/*
 * Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com): `v1,` and the base64 of HMAC-SHA256(key,
 * `${id}.${timestamp}.${body}`). The key is the bytes whose base64 follows `whsec_`.
 */

const PREFIX = "whsec_";
const SECRET_BYTES = 32;
const TOLERANCE_SECONDS = 5 * 60;

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * Makes a signing secret from 32 random bytes: `whsec_` and their base64.
 * @throws RangeError for any other number of bytes
 */
export function makeSigningSecret(bytes: Uint8Array): string {
  if (bytes.length !== SECRET_BYTES)
    throw new RangeError(`A signing secret is made from ${SECRET_BYTES} bytes, not ${bytes.length}.`);
  return PREFIX + toBase64(bytes);
}

function keyOf(secret: string): Uint8Array {
  const key = fromBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (!key || key.length === 0) throw new Error("A signing secret reads whsec_ and base64.");
  return key;
}

export type ComputeHmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array;
const inJavaScript: ComputeHmacSha256 = (key, message) => hmac(sha256, key, message);

/**
 * Makes the value of the header `webhook-signature`: one signature for each secret, separated by spaces.
 * @param timestamp whole seconds since 1970
 * @param computeHmacSha256 a faster implementation; the default also runs in a browser
 */
export function signWebhook(
  input: { secrets: readonly string[]; id: string; timestamp: number; body: string },
  hmacSha256: ComputeHmacSha256 = inJavaScript,
): string {
  const message = utf8ToBytes(`${input.id}.${input.timestamp}.${input.body}`);
  return input.secrets.map((secret) => `v1,${toBase64(hmacSha256(keyOf(secret), message))}`).join(" ");
}

export type SignatureProblem =
  "secret" | "id" | "timestamp" | "timestamp too old" | "timestamp too new" | "signature header" | "mismatch";

/**
 * Verifies a signature. The problem of a wrong signature names the part that is malformed, or `mismatch` if every part
 * is well formed. A timestamp more than 5 minutes from now is wrong.
 * @param now seconds since 1970
 */
export function verifySignature(input: {
  secret: string;
  id: string;
  timestamp: string;
  signature: string;
  body: string;
  now: number;
}): { ok: true } | { ok: false; problem: SignatureProblem } {
  const wrong = (problem: SignatureProblem): { ok: false; problem: SignatureProblem } => ({ ok: false, problem });
  if (!fromBase64(input.secret.replace(PREFIX, ""))?.length) return wrong("secret");
  if (input.id === "") return wrong("id");
  if (!/^\d+$/.test(input.timestamp)) return wrong("timestamp");
  const timestamp = Number(input.timestamp);
  if (timestamp < input.now - TOLERANCE_SECONDS) return wrong("timestamp too old");
  if (timestamp > input.now + TOLERANCE_SECONDS) return wrong("timestamp too new");
  const given = input.signature.split(" ").filter((part) => part.startsWith("v1,"));
  if (given.length === 0) return wrong("signature header");
  const expected = signWebhook({ secrets: [input.secret], id: input.id, timestamp, body: input.body });
  return given.includes(expected) ? { ok: true } : wrong("mismatch");
}
