import { signWebhook } from "@/domain/action/webhook/signature";
import { maskEchoedSecrets } from "@/domain/mask-secrets";
import type { ServiceContext } from "@/server/context";
import { computeHmacSha256 } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";
import { makeGuardPolicy } from "../webhook-policy";

const SENT_MAX = 20;
/** While a notice is being sent, no other run takes it for this time, ms. */
const LEASE_MS = 60_000;
/** The seconds from each failed try to the next one. If the last try fails, the notice gets the status `failed`. */
const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000] as const;
const TIMEOUTS = { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 };
const MESSAGE_MAX = 500;

type Due = {
  id: string;
  projectId: string;
  body: string;
  attempts: number;
  urlCiphertext: string;
  ciphertext: string;
  oldCiphertext: string | null;
  isDemo: boolean;
};

/**
 * Sends at most 20 due notices of a project to its operational webhook, signed like deliveries. A notice that fails is
 * sent again later, with at most seven attempts in all. Returns how many notices it tried to send.
 */
export async function sendOperationalNotices(
  ctx: ServiceContext,
  { projectId }: { projectId: string },
): Promise<number> {
  const now = ctx.now();
  const due = await ctx.db.$queryRaw<Due[]>`
    WITH due AS (
      SELECT n.id FROM operational_notice n WHERE n.project_id = ${projectId} AND n.status = 'waiting'
        AND n.due_at <= ${now} ORDER BY n.due_at LIMIT ${SENT_MAX} FOR UPDATE SKIP LOCKED
    )
    UPDATE operational_notice AS n SET due_at = ${new Date(now.getTime() + LEASE_MS)}, attempts = n.attempts + 1
    FROM due, operational_webhook w, project p WHERE n.id = due.id AND w.project_id = n.project_id
      AND p.id = n.project_id
    RETURNING n.id, n.project_id AS "projectId", n.body, n.attempts, w.url_ciphertext AS "urlCiphertext", w.ciphertext,
      CASE WHEN w.old_valid_until > ${now} THEN w.old_ciphertext END AS "oldCiphertext", p.is_demo AS "isDemo"`;
  await Promise.all(due.map((notice) => sendOne(ctx, notice)));
  return due.length;
}

async function sendOne(ctx: ServiceContext, notice: Due): Promise<void> {
  const { ok, message } = await attempt(ctx, notice);
  const retrySeconds = RETRY_SECONDS[notice.attempts - 1];
  const now = ctx.now();
  const next = ok
    ? { status: "sent", finishedAt: now }
    : retrySeconds === undefined
      ? { status: "failed", finishedAt: now }
      : { dueAt: new Date(now.getTime() + retrySeconds * 1_000) };
  // Without the record, the same notice would leave again after its lease.
  await retryWhileDatabaseIsAway(ctx, () =>
    ctx.db.operationalNotice.updateMany({
      where: { id: notice.id, status: "waiting" },
      data: { ...next, message },
    }),
  );
}

/** Sends one notice to the operational webhook. It never throws, so that one faulty notice does not stop the others. */
async function attempt(
  ctx: ServiceContext,
  { id, projectId, body, urlCiphertext, ciphertext, oldCiphertext, isDemo }: Due,
): Promise<{ ok: boolean; message: string }> {
  try {
    const secrets = [ciphertext, oldCiphertext].flatMap((each) => (each === null ? [] : [ctx.cipher.decrypt(each)]));
    const timestamp = Math.floor(ctx.now().getTime() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Trigger-System/1.0",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signWebhook({ secrets, id, timestamp, body }, computeHmacSha256),
    };
    const sent = await ctx.http.send({
      url: ctx.cipher.decrypt(urlCiphertext),
      method: "POST",
      headers,
      body,
      timeouts: TIMEOUTS,
      allowedHosts: makeGuardPolicy(ctx.env, { isDemo }).allowedHosts,
      projectId,
    });
    const message = maskEchoedSecrets(sent.kind === "error" ? sent.message : `Answered ${sent.status}.`, secrets).slice(
      0,
      MESSAGE_MAX,
    );
    return { ok: sent.kind === "response" && sent.status >= 200 && sent.status <= 299, message };
  } catch (error) {
    ctx.log.error({ err: error, noticeId: id }, "a notice could not be sent");
    return {
      ok: false,
      message: error instanceof AppError ? error.message : "It could not be sent; the log has more.",
    };
  }
}
