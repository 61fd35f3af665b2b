/** The range of a value in a text: its first character, and the character behind its last. */
export type TextRange = readonly [start: number, end: number];

const LOCAL_MAX = 64;
const DOMAIN_MAX = 255;
const LOCAL = /[\p{L}\p{N}._%+~'-]/u;
/**
 * Whether each ASCII character may stand before the @, by character code. Testing the expression for each character
 * would take ten times as long.
 */
const isLocalAscii = Array.from({ length: 128 }, (_, code) => LOCAL.test(String.fromCharCode(code)));
const isLocal = (code: number, char: string): boolean => (code < 128 ? isLocalAscii[code]! : LOCAL.test(char));
const LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,62})";
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+`, "u");

/**
 * Finds email addresses, also where a URL writes %40 for the @. From each @ it looks at most 64 characters to the left
 * and 255 to the right (RFC 5321), so that its time grows in proportion to the text.
 */
export function findEmails(text: string): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: sign, index: at } of text.matchAll(/@|%40/g)) {
    let start = at;
    const first = Math.max(at - LOCAL_MAX, found.at(-1)?.[1] ?? 0);
    while (start > first && isLocal(text.charCodeAt(start - 1), text[start - 1]!)) start -= 1;
    // A quote, a dash or a similar sign before an address does not belong to it.
    while (start < at && /[.'%~-]/.test(text[start]!)) start += 1;
    if (start === at) continue;
    const domain = domainAt(text.slice(at + sign.length, at + sign.length + DOMAIN_MAX));
    if (domain !== null) found.push([start, at + sign.length + domain.length]);
  }
  return found;
}

/**
 * Returns the host name at the beginning of a text. Its last label must begin with a letter: `react@18.2.0` is no
 * address.
 */
function domainAt(text: string): string | null {
  const labels = (DOMAIN.exec(text)?.[0] ?? "").replace(/-+$/, "").split(".");
  while (labels.length > 1 && !/^\p{L}[\p{L}\p{N}-]+$/u.test(labels.at(-1)!)) labels.pop();
  // A file name such as icon@2x.png is an image for screens of high density, not an address.
  return labels.length < 2 || /^[1-4]x$/.test(labels[0]!) ? null : labels.join(".");
}

const DIGITS_MIN = 13;
const DIGITS_MAX = 19;
/** Matches three or more digits, also with further groups of three to seven digits behind spaces or dashes. */
const DIGIT_RUN = /\d{3,}(?:[ \u00a0-]\d{3,7}(?!\d))*/g;

/**
 * Finds numbers of payment cards: 13 to 19 digits, also in groups, that begin with 2 to 6 and pass the Luhn check
 * (ISO/IEC 7812). Digits behind a decimal point are no card.
 */
export function findCardNumbers(text: string): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: run, index } of text.matchAll(DIGIT_RUN)) {
    if (run.length < DIGITS_MIN) continue;
    if (index > 1 && text[index - 1] === "." && /\d/.test(text[index - 2]!)) continue;
    for (const [start, end] of cardsInRun(run)) found.push([index + start, index + end]);
  }
  return found;
}

/** Finds the cards in a run of digits. In a run of many groups, a card begins and ends where a group does. */
function cardsInRun(run: string): TextRange[] {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, start: index }));
  const found: TextRange[] = [];
  for (let first = 0; first < groups.length; first++) {
    let digits = "";
    for (let last = first; last < groups.length && digits.length < DIGITS_MAX; last++) {
      digits += groups[last]!.digits;
      if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX || !isCard(digits)) continue;
      found.push([groups[first]!.start, groups[last]!.start + groups[last]!.digits.length]);
      first = last;
      break;
    }
  }
  return found;
}

function isCard(digits: string): boolean {
  if (!/^[2-6]/.test(digits) || /^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits[digits.length - 1 - n]);
    sum += n % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/**
 * Prefixes that makers of keys publish, so that secret scanners find the keys: OpenAI, Anthropic and Langfuse (sk-,
 * pk-lf-), AWS, GitHub, GitLab, Slack, Google, Stripe, Hugging Face, npm, LangSmith and others, and this program.
 */
const PREFIXED = new RegExp(
  [
    "(?<![A-Za-z0-9])(?:",
    "(?:sk|rk)[-_](?:[a-z]{2,10}[-_])*[A-Za-z0-9_-]{16,}",
    "|pk-lf-[A-Za-z0-9-]{16,}",
    "|(?:tsk|whsec|hf|npm|r8|gsk|lsv2_pt|lsv2_sk|dop_v1|github_pat|gh[pousr]|fw|pcsk|phc|phx|ntn|secret|shpat|sntrys)_[A-Za-z0-9+/=_-]{16,}",
    "|(?:xox[abeprs]|xapp|glpat|xai|pplx|nvapi|dckr_pat|tvly|r8|jina)[-_][A-Za-z0-9_-]{16,}",
    "|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    "|AIza[A-Za-z0-9_-]{35}",
    "|ya29\\.[A-Za-z0-9_-]{20,}",
    "|SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
    ")",
  ].join(""),
  "g",
);
/** Matches a JSON Web Token: three parts of base64url, of which the first two begin with a JSON object. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g;
/** Matches the credential of an Authorization header. */
const CREDENTIAL = /(?<![A-Za-z0-9])(?:bearer|basic)[ \t]{1,8}(?<value>[A-Za-z0-9+/=._~-]{12,})/gi;

/** Finds keys and tokens by their published forms, credentials of Authorization headers, and private keys in PEM. */
export function findSecretKeys(text: string): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: match, index } of text.matchAll(PREFIXED)) found.push([index, index + match.length]);
  for (const { 0: match, index } of text.matchAll(JWT)) found.push([index, index + match.length]);
  for (const { 0: match, index, groups } of text.matchAll(CREDENTIAL)) {
    const value = groups!["value"]!;
    // A plain word, as in `basic understanding`, is no credential.
    if (/[0-9]/.test(value) || /[A-Z]/.test(value.slice(1)))
      found.push([index + match.length - value.length, index + match.length]);
  }
  return [...found, ...findPrivateKeys(text)];
}

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const HEAD_MAX = 60;

function findPrivateKeys(text: string): TextRange[] {
  const found: TextRange[] = [];
  let end = -1;
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + 1)) {
    if (!text.slice(at, at + HEAD_MAX).includes("PRIVATE KEY-----")) continue;
    if (end <= at) end = text.indexOf(END, at);
    // A text may be cut before the end of the private key.
    const last = end < 0 ? text.length : text.indexOf("-----", end + END.length);
    found.push([at, last < 0 ? text.length : end < 0 ? last : last + 5]);
    at = found.at(-1)![1];
  }
  return found;
}
