import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { signWebhook, verifySignature } from "./signature";

export type SignedWebhookRequest = { secret: string; id: string; timestamp: string; signature: string; body: string };

/**
 * The diagnosis of a webhook's signature. `warning`: the signature is right, but its timestamp is more than 5 minutes
 * away, so receivers refuse the request. `part` names the part of the request that is wrong.
 */
export type SignatureDiagnosis =
  | { ok: true; warning: string | null }
  | { ok: false; part: "secret" | "id" | "timestamp" | "signature" | "body"; message: string };

const AGE_MAX_SECONDS = 5 * 60;
const SECRET_BYTES_MIN = 24;

/**
 * Checks whether a request is signed with a secret. If not, the diagnosis tries the usual mistakes of receivers and
 * names the wrong part. It names the body if no usual mistake explains the signature.
 * @param now seconds since 1970
 */
export function diagnoseSignature(
  { secret, id, timestamp, signature, body }: SignedWebhookRequest,
  now: number,
): SignatureDiagnosis {
  const wrong = (part: Exclude<SignatureDiagnosis, { ok: true }>["part"], message: string): SignatureDiagnosis => ({
    ok: false,
    part,
    message,
  });
  const trimmed = { secret: secret.trim(), id: id.trim(), timestamp: timestamp.trim(), signature: signature.trim() };
  const problem = problemOfSecret(trimmed.secret);
  if (problem) return wrong("secret", problem);
  if (trimmed.id === "") return wrong("id", "The header webhook-id is missing.");
  if (!/^\d+$/.test(trimmed.timestamp))
    return wrong("timestamp", "webhook-timestamp is whole seconds since 1970, digits only.");
  if (Number(trimmed.timestamp) > 1e11)
    return wrong("timestamp", "webhook-timestamp is in seconds; this looks like milliseconds.");
  const checked = verifySignature({ ...trimmed, body, now: Number(trimmed.timestamp) });
  if (checked.ok) return { ok: true, warning: ageWarning(Number(trimmed.timestamp), now) };
  if (checked.problem === "signature header")
    return wrong(
      "signature",
      "webhook-signature has no signature of version 1: it reads v1, and base64, one or more with spaces between them.",
    );
  const mistake = mistakeOf({ ...trimmed, body });
  return (
    mistake ??
    wrong(
      "body",
      "The signature is of another secret, id, timestamp or body. " +
        "The body has to be the bytes as they came, not parsed and printed again.",
    )
  );
}

function problemOfSecret(secret: string): string | null {
  if (secret === "") return "Enter the signing secret: whsec_ and base64.";
  if (!secret.startsWith("whsec_")) return "A signing secret begins with whsec_.";
  let length: number;
  try {
    length = atob(secret.slice("whsec_".length)).length;
  } catch {
    return "What follows whsec_ is not base64. Was it cut off, or copied with something else?";
  }
  return length < SECRET_BYTES_MIN ? "The secret is too short. Was it cut off?" : null;
}

function ageWarning(timestamp: number, now: number): string | null {
  const age = Math.round(now - timestamp);
  if (Math.abs(age) <= AGE_MAX_SECONDS) return null;
  const minutes = Math.max(1, Math.round(Math.abs(age) / 60)).toLocaleString("en");
  return age > 0
    ? `It is ${minutes} min old: a receiver refuses what is older than 5 min.`
    : `It is ${minutes} min ahead of this clock: a receiver refuses what is more than 5 min ahead. Is its clock right?`;
}

/** Finds the common mistake that explains a wrong signature; null if none explains it. */
function mistakeOf({ secret, id, timestamp, signature, body }: SignedWebhookRequest): SignatureDiagnosis | null {
  const given = signature.split(/\s+/);
  const isSigned = (as: Partial<{ id: string; body: string }>): boolean =>
    given.includes(
      signWebhook({ secrets: [secret], id: as.id ?? id, timestamp: Number(timestamp), body: as.body ?? body }),
    );
  const withKey = (key: Uint8Array): boolean =>
    given.includes(`v1,${btoa(String.fromCharCode(...hmac(sha256, key, utf8ToBytes(`${id}.${timestamp}.${body}`))))}`);
  for (const [changed, message] of bodiesLike(body))
    if (isSigned({ body: changed })) return { ok: false, part: "body", message };
  if (given.includes(signWebhook({ secrets: [secret], id: timestamp, timestamp: id as unknown as number, body })))
    return { ok: false, part: "id", message: "webhook-id and webhook-timestamp stand in each other's place." };
  if (withKey(utf8ToBytes(secret)))
    return {
      ok: false,
      part: "secret",
      message: "It was signed with the text of the secret: strip whsec_ and decode what follows from base64.",
    };
  if (withKey(utf8ToBytes(secret.slice("whsec_".length))))
    return {
      ok: false,
      part: "secret",
      message: "It was signed with the base64 text behind whsec_: decode it from base64 first.",
    };
  return null;
}

/** Lists variants of a body that the sender may have signed. Each has a message that names the later change. */
function bodiesLike(body: string): [body: string, message: string][] {
  const found: [string, string][] = [
    [`${body}\n`, "The body that was signed ends with a line break; this one does not."],
    [body.replace(/\r?\n$/, ""), "The body that was signed does not end with a line break; this one does."],
    [body.trim(), "The body has spaces or line breaks around it that were not signed."],
    [body.replaceAll("\r\n", "\n"), "The line breaks of the body were changed to CRLF."],
    [body.replaceAll(/(?<!\r)\n/g, "\r\n"), "The line breaks of the body were changed from CRLF."],
  ];
  try {
    const value: unknown = JSON.parse(body);
    found.push([
      JSON.stringify(value),
      "The body was parsed and printed again: sign and verify the bytes as they came.",
    ]);
    for (const indent of [2, 4])
      found.push([
        JSON.stringify(value, null, indent),
        "The body was parsed and printed again: sign and verify the bytes as they came.",
      ]);
  } catch {
    // A body that is not JSON cannot have been parsed and printed again.
  }
  return found.filter(([changed]) => changed !== body);
}
