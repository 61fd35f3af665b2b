import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { sha256 } from "../crypto";

const COOKIE = "trigger-system.known_browser";
/** The lifetime of the cookie, in s. Browsers keep no cookie for longer. */
const VALID_SECONDS = 400 * 24 * 60 * 60;

/**
 * The signed cookie of a browser that has signed in with an email before. Wrong passwords of other people do not slow
 * down such a browser. The cookie starts no session.
 */
export type KnownBrowserCookie = {
  /** Returns the id of the browser if this email has signed in with it in the last 400 days; otherwise null. */
  read(headers: Headers, email: string): string | null;
  /** Returns the Set-Cookie line for a browser that has just signed in with this email. */
  write(email: string): string;
};

export function createKnownBrowserCookie(options: {
  secret: string;
  secure: boolean;
  now: () => Date;
}): KnownBrowserCookie {
  const { secret, secure, now } = options;
  const hash = (...parts: string[]): string =>
    createHmac("sha256", secret).update(parts.join("\n")).digest("base64url");
  /*
   * Names the cookie of an account. Several people may use one browser, so each account has its own. The name holds a
   * hash instead of the email.
   */
  const nameOf = (email: string): string =>
    `${secure ? "__Secure-" : ""}${COOKIE}_${sha256(hash("known browser name", email)).slice(0, 12)}`;
  const sign = (email: string, id: string): string => hash("known browser", email, id);

  return {
    read(headers, given) {
      const email = normalise(given);
      const value = cookiesOf(headers).get(nameOf(email));
      const [id = "", signature = ""] = value?.split(".") ?? [];
      if (!equal(signature, sign(email, id))) return null;
      const age = now().getTime() / 1_000 - parseInt(id.split("-")[0] ?? "", 36);
      return age < VALID_SECONDS ? id : null;
    },
    write(given) {
      const email = normalise(given);
      const id = `${Math.floor(now().getTime() / 1_000).toString(36)}-${randomBytes(12).toString("hex")}`;
      const attributes = `Path=/api; Max-Age=${VALID_SECONDS}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
      return `${nameOf(email)}=${id}.${sign(email, id)}; ${attributes}`;
    },
  };
}

const normalise = (email: string): string => email.trim().toLowerCase();

function cookiesOf(headers: Headers): Map<string, string> {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return new Map(pairs.map(([name = "", ...value]) => [name, value.join("=")]));
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
