import type { HeaderList } from "./header-list";

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
export function redactHeaders(headers: HeaderList, secretNames: readonly string[] = []): [string, string][] {
  const secret = new Set(secretNames.map((name) => name.toLowerCase()));
  return headers.map(([name, value]) => [
    name,
    secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? maskSecret(value) : value,
  ]);
}

/** Headers of an answer that say nothing of its body, RFC 9110. Any other may repeat what was sent. */
const harmlessInAnswers: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "date",
  "retry-after",
  "server",
]);

/** Headers of an answer for those who may not read bodies. */
export const headersWithoutBody = (headers: HeaderList): HeaderList =>
  headers.filter(([name]) => harmlessInAnswers.has(name.toLowerCase()));

/**
 * Some endpoints answer with the request they got. Masks each occurrence of a secret: as it is, as JSON would write it,
 * and without what stands before it (`whsec_` of a signing secret, `Bearer ` of a header).
 * @param isCut the text was cut off at its end, where the beginning of a secret may stand
 */
export function maskEchoes(text: string, secrets: readonly string[], isCut = false): string {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0 || text === "") return text;
  const masked = text.replace(new RegExp(forms.map(escapeRegExp).join("|"), "g"), maskSecret);
  const begun = isCut ? Math.max(...forms.map((form) => lengthOfBeginning(masked, form))) : 0;
  return begun === 0 ? masked : masked.slice(0, -begun) + MASK;
}

/** A beginning that is shorter than this says nothing. */
const BEGINNING_MIN = 4;
/** A credential behind a scheme that is shorter is as likely to be an ordinary word. */
const CREDENTIAL_MIN = 8;

function formsOf(secret: string): string[] {
  if (secret === "") return [];
  const credential = /^(?:whsec_|[A-Za-z]+ +)(\S+)$/.exec(secret)?.[1] ?? "";
  const forms = credential.length >= CREDENTIAL_MIN ? [secret, credential] : [secret];
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

/** How much of a secret's beginning stands at the end of a text. */
function lengthOfBeginning(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length >= BEGINNING_MIN; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
