import { verifySignature } from "@/domain/action/webhook/signature";
import { maskEchoedSecrets, maskSecretHeaders } from "@/domain/mask-secrets";
import type { Database } from "@/server/db/client";
import type { Sender, SendRequest, SendResult } from "@/server/http/send";
import { newId } from "@/server/ids";
import type { Logger } from "@/server/log";
import { readTestEndpointToken } from "./test-endpoint-url";

const BODY_CHARACTERS_MAX = 64 * 1024;
const RECEIPTS_MAX = 100;

type Options = { db: Database; appUrl: string; now: () => Date; log: Logger };

/**
 * Extends an HTTP sender by the built-in test endpoint. A request to the test endpoint of its own project is stored
 * directly, without a network connection. Every other request goes to the given sender, whose guard checks it.
 */
export function addTestEndpointToSender(sender: Sender, options: Options): Sender {
  const isOwn = async (url: string, projectId: string | undefined): Promise<boolean> => {
    const token = readTestEndpointToken(options.appUrl, url);
    if (token === null || projectId === undefined) return false;
    const where = { id: projectId, testEndpointToken: token, deletedAt: null };
    return (await options.db.project.count({ where })) > 0;
  };
  return {
    ...sender,
    async send(request) {
      const { url, projectId } = request;
      if (readTestEndpointToken(options.appUrl, url) === null) return sender.send(request);
      const start = performance.now();
      const elapsed = (): number => Math.round(performance.now() - start);
      try {
        if (projectId === undefined || !(await isOwn(url, projectId))) return await sender.send(request);
        return answer(await keep(options, projectId, request), elapsed());
      } catch (error) {
        options.log.warn({ err: (error as Error).message }, "the test endpoint could not keep a request");
        const message = "The test endpoint could not keep the request: the database did not answer.";
        return { kind: "error", code: "reset", message, durationMs: elapsed() };
      }
    },
    check: async (url, checked) => ((await isOwn(url, checked?.projectId)) ? { ok: true } : sender.check(url, checked)),
  };
}

type Receipt = { id: string; signature: string };

async function keep({ db, now }: Options, projectId: string, request: SendRequest): Promise<Receipt> {
  const { headers, body, secrets = [], method } = request;
  const receivedAt = now();
  const id = newId("rcp");
  const signature = signatureOf(request, receivedAt);
  // PostgreSQL cannot store NUL characters, so they are replaced below.
  const shown = maskEchoedSecrets(body.slice(0, BODY_CHARACTERS_MAX), secrets, body.length > BODY_CHARACTERS_MAX);
  await db.testReceipt.create({
    data: {
      id,
      projectId,
      webhookId: (headers["webhook-id"] ?? "").slice(0, 100),
      method,
      headers: maskSecretHeaders(
        Object.entries(headers).map(([name, value]) => [name, maskEchoedSecrets(value, secrets)]),
      ),
      body: shown.replaceAll("\u0000", "\uFFFD"),
      isCut: body.length > BODY_CHARACTERS_MAX,
      signature,
      receivedAt,
    },
  });
  await db.$executeRaw`
    DELETE FROM test_receipt WHERE id IN (
      SELECT id FROM test_receipt WHERE project_id = ${projectId}
        ORDER BY received_at DESC, id DESC OFFSET ${RECEIPTS_MAX})`;
  return { id, signature };
}

/**
 * Verifies a request's signature as a receiver would, with each signing secret of the action. Returns `verified` or the
 * problem.
 */
function signatureOf({ headers, body, secrets = [] }: SendRequest, receivedAt: Date): string {
  const results = secrets
    .filter((secret) => secret.startsWith("whsec_"))
    .map((secret) =>
      verifySignature({
        secret,
        id: headers["webhook-id"] ?? "",
        timestamp: headers["webhook-timestamp"] ?? "",
        signature: headers["webhook-signature"] ?? "",
        body,
        now: receivedAt.getTime() / 1_000,
      }),
    );
  if (results.some(({ ok }) => ok)) return "verified";
  const [first] = results;
  return first && !first.ok ? first.problem : "not signed";
}

function answer({ id, signature }: Receipt, durationMs: number): SendResult {
  return {
    kind: "response",
    status: 200,
    headers: [["content-type", "application/json"]],
    body: JSON.stringify({ received: id, signature }),
    bodyTruncated: false,
    durationMs,
    timings: { connectMs: 0, headersMs: durationMs },
  };
}
