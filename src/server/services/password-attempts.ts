import { setTimeout as wait } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { clearLimit, countUse, returnUse } from "./limits";

/** An attempt to prove a password: a sign-in, or any other form that asks for one. */
export type PasswordAttempt = {
  email: string;
  /** of the connection, as the server saw it */
  address: string;
  /** the browser's id, if this email has signed in with it before */
  browser: string | null;
};

type Rule = {
  /** attempts without a wait */
  quick: number;
  /** ms of wait of the first slow attempt; each further attempt waits this much longer */
  stepMs: number;
  waitMaxMs: number;
  /** the attempt after this many is refused; infinite for an email alone, or anybody could lock its owner out */
  refusedAfter: number;
};

const WINDOW_MS = 15 * 60_000;
const rules = {
  /** one email from one address */
  pair: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** one email in a browser that has signed in with it */
  browser: { quick: 3, stepMs: 250, waitMaxMs: 1_500, refusedAfter: 10 },
  /** any email from one address */
  address: { quick: 10, stepMs: 100, waitMaxMs: 1_000, refusedAfter: 30 },
  /** one email from anywhere */
  email: { quick: 10, stepMs: 250, waitMaxMs: 3_000, refusedAfter: Infinity },
} satisfies Record<string, Rule>;

/**
 * Counts the attempt before the password is checked, and waits after several failed ones. All processes share the
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
    const { count, retryAfterSeconds } = await countUse(ctx, { key, windowMs: WINDOW_MS });
    if (count > refusedAfter) {
      throw new AppError("TOO_MANY_REQUESTS", "Too many attempts. Wait a few minutes and try again.", {
        retryAfterSeconds,
      });
    }
    waitMs = Math.max(waitMs, Math.min(waitMaxMs, Math.max(0, count - quick) * stepMs));
  }
  if (waitMs > 0) await sleep(waitMs);
}

/** Takes the attempt back, because the password was right or the account has none to check. */
export async function forgetPasswordAttempt(
  ctx: Pick<ServiceContext, "db">,
  attempt: PasswordAttempt,
  { wasRight }: { wasRight: boolean },
): Promise<void> {
  for (const [kind, key] of keysOf(attempt)) {
    // The counters of the address and of the email keep the attempts of other people.
    if (wasRight && (kind === "pair" || kind === "browser")) await clearLimit(ctx, key);
    else await returnUse(ctx, key);
  }
}

/** Setting a password proves who the owner is. Earlier attempts of others do not slow the first sign-in. */
export async function forgetAttemptsOf(ctx: Pick<ServiceContext, "db">, email: string): Promise<void> {
  await clearLimit(ctx, emailKey(email));
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
/** A sender may send any text as an email. The hash keeps the key short. */
const hashOf = (email: string): string => sha256(email.trim().toLowerCase());

/**
 * One customer holds a whole IPv6 /64, and each address of it would be a new allowance. So a /64 counts as one address.
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
