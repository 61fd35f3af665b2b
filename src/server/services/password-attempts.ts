import { setTimeout as wait } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { clearUsages, countUsage, returnUsage } from "./usage-limits";

/** One attempt to enter a password, in the sign-in form or another form. */
export type PasswordAttempt = {
  email: string;
  /** the IP address of the connection, as the server saw it */
  address: string;
  /** the id of the browser, if a person with this email has signed in there before; only its own limit counts then */
  browser: string | null;
};

type Rule = {
  /** this many attempts need no wait */
  quick: number;
  /** the first slowed attempt waits this long, ms; each further attempt waits this much longer */
  stepMs: number;
  waitMaxMs: number;
  /**
   * after this many attempts within 15 minutes, further ones are refused; the rule `email` refuses none, because
   * otherwise anybody could lock out the owner of an email
   */
  refusedAfter: number;
};

const WINDOW_MS = 15 * 60_000;
const rules = {
  /** the limits for attempts with one email from one IP address */
  pair: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** the limits for attempts with one email in a browser where its owner has signed in before */
  browser: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** the limits for attempts with any email from one IP address */
  address: { quick: 10, stepMs: 100, waitMaxMs: 1_000, refusedAfter: 30 },
  /** the limits for attempts with one email from any address */
  email: { quick: 10, stepMs: 250, waitMaxMs: 3_000, refusedAfter: Infinity },
} satisfies Record<string, Rule>;

/**
 * Counts an attempt before its password is checked. After several failed attempts it waits, or throws
 * TOO_MANY_REQUESTS. All processes share the counters.
 */
export async function beginPasswordAttempt(
  ctx: Pick<ServiceContext, "db" | "now">,
  attempt: PasswordAttempt,
  sleep: (ms: number) => Promise<unknown> = wait,
): Promise<void> {
  let waitMs = 0;
  for (const [kind, key] of keysOf(attempt)) {
    const { quick, stepMs, waitMaxMs, refusedAfter } = rules[kind];
    const { count, retryAfterSeconds } = await countUsage(ctx, { key, windowMs: WINDOW_MS });
    if (count > refusedAfter) {
      throw new AppError("TOO_MANY_REQUESTS", "Too many attempts. Wait a few minutes and try again.", {
        retryAfterSeconds,
      });
    }
    waitMs = Math.max(waitMs, Math.min(waitMaxMs, Math.max(0, count - quick) * stepMs));
  }
  if (waitMs > 0) await sleep(waitMs);
}

/**
 * Removes an attempt from the counters, because the password was right or the account has no password. A right password
 * also clears the counter of this email in this browser or from this address.
 */
export async function forgetPasswordAttempt(
  ctx: Pick<ServiceContext, "db">,
  attempt: PasswordAttempt,
  { wasRight }: { wasRight: boolean },
): Promise<void> {
  for (const [kind, key] of keysOf(attempt)) {
    // Attempts of other people with the same address or email still count, so only this attempt is removed there.
    if (wasRight && (kind === "pair" || kind === "browser")) await clearUsages(ctx, key);
    else await returnUsage(ctx, key);
  }
}

/**
 * Clears the counter of an email after its owner has set a new password. So attempts of other people do not slow the
 * owner's first sign-in.
 */
export async function clearPasswordAttemptsOfEmail(ctx: Pick<ServiceContext, "db">, email: string): Promise<void> {
  await clearUsages(ctx, emailKey(email));
}

function keysOf({ email, address, browser }: PasswordAttempt): [keyof typeof rules, string][] {
  if (browser !== null) return [["browser", `password:browser:${hashOf(email)}:${browser}`]];
  const place = networkOf(address);
  return [
    ["address", `password:address:${place}`],
    ["pair", `password:pair:${hashOf(email)}:${place}`],
    ["email", emailKey(email)],
  ];
}

const emailKey = (email: string): string => `password:email:${hashOf(email)}`;
/** Hashes an email for the key of a counter, because a form may send a text of any length as the email. */
const hashOf = (email: string): string => sha256(email.trim().toLowerCase());

/**
 * Returns the IP address under which attempts are counted. An IPv6 address becomes its /64 network, because one
 * customer usually has a whole /64.
 */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
