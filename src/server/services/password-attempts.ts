import { setTimeout as wait } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { clearUsages, countUsage, returnUsage } from "./usage-limits";

/** An attempt to prove a password: a sign-in, or any other form that asks for a password. */
export type PasswordAttempt = {
  email: string;
  /** the address of the connection, as the server saw it */
  address: string;
  /** the browser's id, if this email has signed in from it before; else null */
  browser: string | null;
};

type Rule = {
  /** the number of attempts without a wait */
  quick: number;
  /** the wait of the first slowed attempt, ms; each further attempt waits this much longer */
  stepMs: number;
  waitMaxMs: number;
  /**
   * the number of attempts after which further ones are refused; infinite for an email alone, or anybody could lock its
   * owner out
   */
  refusedAfter: number;
};

const WINDOW_MS = 15 * 60_000;
const rules = {
  /** attempts for one email from one address */
  pair: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** attempts for one email in a browser that has signed in with it */
  browser: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** attempts for any email from one address */
  address: { quick: 10, stepMs: 100, waitMaxMs: 1_000, refusedAfter: 30 },
  /** attempts for one email from anywhere */
  email: { quick: 10, stepMs: 250, waitMaxMs: 3_000, refusedAfter: Infinity },
} satisfies Record<string, Rule>;

/**
 * Counts the attempt before the password is checked, and waits after several failed attempts. All processes share the
 * counters.
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

/** Takes the attempt back, because the password was right or the account has no password. */
export async function forgetPasswordAttempt(
  ctx: Pick<ServiceContext, "db">,
  attempt: PasswordAttempt,
  { wasRight }: { wasRight: boolean },
): Promise<void> {
  for (const [kind, key] of keysOf(attempt)) {
    // The counters of the address and of the email keep the attempts of other people.
    if (wasRight && (kind === "pair" || kind === "browser")) await clearUsages(ctx, key);
    else await returnUsage(ctx, key);
  }
}

/**
 * Clears the attempts for an email, because its owner has just set a password. So the attempts of others do not slow
 * the first sign-in.
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
/** Hashes an email, which keeps the key short: a sender may send any text as an email. */
const hashOf = (email: string): string => sha256(email.trim().toLowerCase());

/** Returns the network of an address. One customer holds a whole IPv6 /64, so a /64 counts as one address. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
