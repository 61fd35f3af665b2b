import { createHmac } from "node:crypto";

/**
 * The value of `x-inngest-signature`: `t=<unix seconds>&s=<hex HMAC-SHA256 of text + t>`. The key is the signing
 * key without its `signkey-<env>-` prefix, as bytes of text. For JSON bodies the text is the JCS form, whatever
 * form is sent. The SDK takes a signature for five minutes, by the real clock.
 */
export function sign(canonicalBody: string, signingKey: string, nowMs: number): string {
  const seconds = Math.round(nowMs / 1000).toString();
  const key = signingKey.replace(/^signkey-\w+-/, "");
  const digest = createHmac("sha256", key).update(canonicalBody).update(seconds).digest("hex");
  return `t=${seconds}&s=${digest}`;
}
