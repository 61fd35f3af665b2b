import { createHmac } from "node:crypto";

/**
 * Makes the value of the header `x-inngest-signature`: `t=<unix seconds>&s=<hex HMAC-SHA256 of body + t>`. The HMAC key
 * is the signing key without its prefix `signkey-<env>-`, as UTF-8. A JSON body is signed in its canonical form (JCS),
 * whatever form is sent. The SDK accepts a signature for five minutes of real time.
 */
export function signRequestBody(canonicalBody: string, signingKey: string, nowMs: number): string {
  const seconds = Math.round(nowMs / 1000).toString();
  const key = signingKey.replace(/^signkey-\w+-/, "");
  const digest = createHmac("sha256", key).update(canonicalBody).update(seconds).digest("hex");
  return `t=${seconds}&s=${digest}`;
}
