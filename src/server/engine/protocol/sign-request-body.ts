import { createHmac } from "node:crypto";

/**
 * Makes the value of `x-inngest-signature`: `t=<unix seconds>&s=<hex HMAC-SHA256 of text + t>`. The key is the signing
 * key without its `signkey-<env>-` prefix, as bytes of text. For a JSON body the text is its JCS form, whatever form is
 * sent. The SDK accepts a signature for five minutes, by the real clock.
 */
export function signRequestBody(canonicalBody: string, signingKey: string, nowMs: number): string {
  const seconds = Math.round(nowMs / 1000).toString();
  const key = signingKey.replace(/^signkey-\w+-/, "");
  const digest = createHmac("sha256", key).update(canonicalBody).update(seconds).digest("hex");
  return `t=${seconds}&s=${digest}`;
}
