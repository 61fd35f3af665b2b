import { isIP } from "node:net";
import { parseUrl } from "@/domain/parse-url";
import { isAllowedAddress } from "./addresses";

/**
 * The guard decides to which URLs webhooks may be sent. It checks an action's URL when a person saves it, and again
 * before every request. This file checks the URL and its host name. connection-dialer.ts and checked-resolve.ts check
 * the addresses when the connection is made, so that no second look-up can change them.
 */

export type GuardPolicy = {
  /** Whether plain http is allowed too, on ports 80 and 443 and on `allowedPorts`. */
  allowHttp: boolean;
  /** The allowed ports besides 443. */
  allowedPorts: readonly number[];
  /**
   * Hosts for which the guard checks neither scheme (http or https), port, name nor address. Each is an exact
   * `host:port` (IPv6 as `[::1]:9000`). Entries of any other form have no effect; see toCanonicalHostPort.
   */
  allowedHosts: readonly string[];
};

/** The name of the check that refused a request. It checked the URL, the host's addresses or the response. */
export type GuardCheckName =
  | "control-char"
  | "parse"
  | "scheme"
  | "https-only"
  | "credentials"
  | "port"
  | "name"
  | "ip"
  /** Refused: the name has no address, or one of its addresses is not public. */
  | "dns"
  /** The name had only public addresses before, and has another address now. */
  | "dns-rebind"
  /** The response was a redirect. Redirects are recorded and never followed. */
  | "redirect";

/**
 * The guard's result for a URL that it refuses. `message` tells a person what to change, and never holds a resolved
 * address.
 */
export type GuardRefusal = { ok: false; stage: GuardCheckName; message: string };

/**
 * The guard's answer for a URL. `exempt`: the operator allows this host, so the addresses of its name are not checked
 * either.
 */
export type UrlVerdict = { ok: true; url: URL; exempt: boolean } | GuardRefusal;

const URL_LENGTH_MAX = 2048;
const NAME_LENGTH_MAX = 253;
const LABEL_LENGTH_MAX = 63;

const privateSuffixes = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "home.arpa",
  "onion",
  "svc",
  "cluster.local",
];

const refuse = (stage: GuardCheckName, message: string): GuardRefusal => ({ ok: false, stage, message });

/** Checks a URL by the guard's policy, except for the addresses of its host name. */
export function checkUrlByPolicy(raw: string, policy: GuardPolicy): UrlVerdict {
  const parsed = parse(raw);
  if (!parsed.ok) return parsed;
  const { url } = parsed;

  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refuse("scheme", "The URL must start with https://.");
  }
  const exempt = isExempt(url, policy.allowedHosts);
  if (url.protocol === "http:" && !policy.allowHttp && !exempt) {
    return refuse("https-only", "The URL must start with https://: plain http is not encrypted.");
  }
  if (url.username !== "" || url.password !== "" || hasUserInfo(raw)) {
    return refuse("credentials", "Take the user name and password out of the URL, and send them in a header instead.");
  }
  if (exempt) return { ok: true, url, exempt };

  return checkPort(url, policy) ?? checkHost(url.hostname) ?? { ok: true, url, exempt };
}

function parse(raw: string): { ok: true; url: URL } | GuardRefusal {
  if (raw.length > URL_LENGTH_MAX) {
    return refuse("parse", `The URL is longer than ${URL_LENGTH_MAX.toLocaleString("en")} characters.`);
  }
  // The URL parser silently drops tabs and line breaks: "127.0.0\t.1" would become an address.
  if (/\p{Cc}/u.test(raw)) {
    return refuse("control-char", "The URL contains a control character, such as a tab or a line break. Remove it.");
  }
  if (raw !== raw.trim()) return refuse("parse", "The URL begins or ends with a space. Remove the space.");
  if (/\s/u.test(raw)) return refuse("parse", "The URL contains a space. Remove it, or write it as %20.");
  const url = parseUrl(raw);
  if (!url) return refuse("parse", "This is not a URL. It should look like https://example.com/webhooks.");
  return { ok: true, url };
}

/**
 * Tells whether a URL has user info, even an empty one, which the parser drops. Backslashes count as slashes, as in the
 * parser.
 */
function hasUserInfo(raw: string): boolean {
  const authority = /^[^:]*:[\\/]*([^\\/?#]*)/.exec(raw)?.[1] ?? "";
  return authority.includes("@");
}

export function readUrlPort(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

function checkPort(url: URL, policy: GuardPolicy): GuardRefusal | null {
  const port = readUrlPort(url);
  if (port === 443 || (port !== 0 && policy.allowedPorts.includes(port))) return null;
  // A receiver with http usually has port 80. So the setting that allows http also allows port 80.
  if (url.protocol === "http:" && port === 80) return null;
  const allowed = [...new Set([443, ...policy.allowedPorts])].join(", ");
  return refuse("port", `Port ${port} is not allowed. Allowed: ${allowed}.`);
}

function checkHost(hostname: string): GuardRefusal | null {
  const literal = readIpLiteral(hostname);
  if (literal === null) return checkName(hostname);
  if (isAllowedAddress(literal)) return null;
  return refuse("ip", "The address is not public. Webhooks can only be sent to public addresses.");
}

/** Returns the IP address in a URL's hostname, without brackets; null if the hostname is a name. */
export function readIpLiteral(hostname: string): string | null {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

function checkName(hostname: string): GuardRefusal | null {
  const name = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  const labels = name.split(".");
  if (name.length > NAME_LENGTH_MAX || labels.some((label) => label === "" || label.length > LABEL_LENGTH_MAX)) {
    return refuse("name", "The host is not a valid domain name: a part of it is empty, or it is too long.");
  }
  if (labels.length === 1) {
    return refuse(
      "name",
      `"${name}" is a name of a private network. Use a full public domain name, such as example.com.`,
    );
  }
  const suffix = privateSuffixes.find((candidate) => name.endsWith(`.${candidate}`));
  if (suffix === undefined) return null;
  return refuse("name", `Names that end in .${suffix} belong to private networks. Use a public domain name.`);
}

function isExempt(url: URL, allowedHosts: readonly string[]): boolean {
  if (allowedHosts.length === 0) return false;
  const target = `${url.hostname}:${readUrlPort(url)}`;
  return allowedHosts.some((entry) => toCanonicalHostPort(entry) === target);
}

/** Returns the canonical form of an entry in `allowedHosts`; null if it is no exact host:port. */
export function toCanonicalHostPort(entry: string): string | null {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:/\\?#@[\]]+):(\d{1,5})$/i.exec(entry) ?? [];
  const parsed = host === undefined ? null : parseUrl(`http://${host}`);
  if (!parsed || port === undefined) return null;
  const number = Number(port);
  if (number < 1 || number > 65_535) return null;
  return `${parsed.hostname}:${number}`;
}

/**
 * The message for a name without an address, and for a name with a private one. Both get the same text. So nobody
 * learns which names exist in a private network.
 */
export const NO_PUBLIC_ADDRESS_MESSAGE =
  "The host name does not lead to a public address. Check its spelling, and that public name servers know it.";

/**
 * Checks the addresses of a name. One address that is not public refuses the name, because chance decides which address
 * is used. If there are no addresses, the refusal may be temporary, and `answered` is false.
 */
export function checkResolvedAddresses(
  addresses: readonly string[],
): { ok: true } | (GuardRefusal & { answered: boolean }) {
  if (addresses.length > 0 && addresses.every(isAllowedAddress)) return { ok: true };
  return { ...refuse("dns", NO_PUBLIC_ADDRESS_MESSAGE), answered: addresses.length > 0 };
}
