const MASK = "••••";

/** A secret as people may see it: its last four characters, and none of a short one. */
export const maskSecret = (secret: string): string => (secret.length >= 12 ? MASK + secret.slice(-4) : MASK);

const sensitive = /authori[sz]ation|cookie|secret|token|passw|passphrase|credential|api-?key|(^|[-_])(auth|key)$/i;
/** They end like a secret, and help to understand a request. */
const harmless: ReadonlySet<string> = new Set(["idempotency-key"]);

/** Whether a header usually carries a secret, whatever its owner says of it. */
export const isSensitiveHeader = (name: string): boolean => sensitive.test(name) && !harmless.has(name.toLowerCase());

/**
 * Headers fit to be kept and shown: values of secret headers are masked.
 * @param secretNames names of headers that their owner marked as secret
 */
export function redactHeaders(headers: Readonly<Record<string, string>>, secretNames: readonly string[] = []): Record<string, string> {
  const secret = new Set(secretNames.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? maskSecret(value) : value]),
  );
}
