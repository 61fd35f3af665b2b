import { setTimeout as wait } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { clearLimit, countUse, returnUse } from "./limits";

/** An attempt to prove a password, whichever way it comes in. */
export type PasswordAttempt = {
  email: string;
  /** of the connection, as the server saw it */
  address: string;
  /** the browser's id, if somebody with this email has signed in with it before */
  browser: string | null;
};

type Rule = {
  /** attempts that are answered at once */
  quick: number;
  /** the wait of the first slow attempt, ms; each further one waits as much longer */
  stepMs: number;
  waitMaxMs: number;
  /** attempts after which the next is refused; never for an email alone, or anybody could lock anybody out */
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

/** Counts the attempt before the password is looked at, and waits where the last ones failed. All processes count together. */
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

/** The password was right, or there was none to look at: the attempt does not count. */
export async function forgetPasswordAttempt(
  ctx: Pick<ServiceContext, "db">,
  attempt: PasswordAttempt,
  { wasRight }: { wasRight: boolean },
): Promise<void> {
  for (const [kind, key] of keysOf(attempt)) {
    // An address, and an email, that others try as well stay counted.
    if (wasRight && (kind === "pair" || kind === "browser")) await clearLimit(ctx, key);
    else await returnUse(ctx, key);
  }
}

/** Whoever sets a password has shown who they are: what others tried before does not slow the first sign-in. */
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
/** Anything can be sent as an email, and a key is text of a few characters. */
const hashOf = (email: string): string => sha256(email.trim().toLowerCase());

/** An IPv6 network of one customer is a /64: each of its addresses would be a new allowance. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
