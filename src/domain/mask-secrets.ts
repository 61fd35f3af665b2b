import type { HeaderList } from "./header-list";

const MASK = "••••";

/** Masks a secret for people. The last four characters stay, but a secret of fewer than 12 characters shows none. */
export const maskSecret = (secret: string): string => (secret.length >= 12 ? MASK + secret.slice(-4) : MASK);

const sensitive = /authori[sz]ation|cookie|secret|token|passw|passphrase|credential|api-?key|(^|[-_])(auth|key)$/i;
/** Headers whose names look like the name of a secret, but whose values help to understand a request. */
const harmless: ReadonlySet<string> = new Set(["idempotency-key"]);

/** Tells whether a header usually carries a secret, even if its owner did not mark it as secret. */
export const isSensitiveHeader = (name: string): boolean => sensitive.test(name) && !harmless.has(name.toLowerCase());

/**
 * Masks the values of secret headers, so that the headers can be kept and shown.
 * @param secretNames names of headers that their owner marked as secret
 */
export function maskSecretHeaders(headers: HeaderList, secretNames: readonly string[] = []): [string, string][] {
  const secret = new Set(secretNames.map((name) => name.toLowerCase()));
  return headers.map(([name, value]) => [
    name,
    secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? maskSecret(value) : value,
  ]);
}

/** Headers of an answer whose values quote no body (RFC 9110). Any other header may repeat values of the request. */
const harmlessInAnswers: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "date",
  "retry-after",
  "server",
]);

/** Returns the headers of an answer that a person without `body:read` may see. */
export const listHeadersShownWithoutBody = (headers: HeaderList): HeaderList =>
  headers.filter(([name]) => harmlessInAnswers.has(name.toLowerCase()));

/**
 * Masks secrets in an answer, because some endpoints answer with the request that they received. It masks three forms
 * of each secret: plain, as JSON writes it, and without its prefix (`whsec_` of a signing secret, `Bearer ` of a
 * header) if at least 8 characters follow the prefix.
 * @param isCut the text was cut, so that it may end with the beginning of a secret
 */
export function maskEchoedSecrets(text: string, secrets: readonly string[], isCut = false): string {
  if (text === "") return text;
  const forms = formsOf(secrets);
  const isEchoed = forms.some((form) => text.includes(form));
  if (!isEchoed && !(isCut && forms.length > 0)) return text;
  const masked = !isEchoed ? text : text.replace(new RegExp(forms.map(escapeRegExp).join("|"), "g"), maskSecret);
  const begun = isCut ? Math.max(...forms.map((form) => lengthOfBeginning(masked, form))) : 0;
  return begun === 0 ? masked : masked.slice(0, -begun) + MASK;
}

/** The fewest characters of a secret's beginning that are masked. A shorter beginning reveals nothing. */
const BEGINNING_MIN = 4;
/**
 * The fewest characters of a masked credential behind a scheme such as `Bearer`. A shorter text is as likely an
 * ordinary word.
 */
const CREDENTIAL_MIN = 8;

/** The texts to mask for each list of secrets. They are made once, because an answer is masked header by header. */
const formsOfList = new WeakMap<readonly string[], string[]>();

/** Lists the texts to mask: each secret, its credential, and both as JSON writes them. The longest come first. */
function formsOf(secrets: readonly string[]): string[] {
  const known = formsOfList.get(secrets);
  if (known) return known;
  const forms = [...new Set(secrets.flatMap(formsOfOne))].sort((a, b) => b.length - a.length);
  formsOfList.set(secrets, forms);
  return forms;
}

function formsOfOne(secret: string): string[] {
  if (secret === "") return [];
  const credential = /^(?:whsec_|[A-Za-z]+ +)(\S+)$/.exec(secret)?.[1] ?? "";
  const forms = credential.length >= CREDENTIAL_MIN ? [secret, credential] : [secret];
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

/** Returns how many characters at the end of a text are the beginning of a secret; 0 if too few. */
function lengthOfBeginning(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length >= BEGINNING_MIN; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
