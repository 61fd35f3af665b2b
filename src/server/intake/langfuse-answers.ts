import { createHash } from "node:crypto";
import packageFile from "../../../package.json";
import { projectOfEventKey } from "../services/event-keys/authenticate-event-key";
import type { SendEventsReply } from "../engine-reply";
import { readEventKey } from "./client-headers";
import {
  authenticateSender,
  makeFailedReply,
  replyForFailure,
  withEventBody,
  type IntakeSender,
  type IntakeRuntime,
} from "./intake-steps";
import { DATABASE_WAIT_MS_MAX, INTAKE_BODY_LIMITS } from "./receive-traces";
import { makeRepeatable } from "./temporary-refusal";

/** Writes a refusal in Langfuse's form. */
export function refuseLangfuseRequest(reply: SendEventsReply): Response {
  const { status, headers } = makeRepeatable(reply.status);
  const message = reply.body.error ?? "The request was not accepted.";
  return Response.json({ error: status === 401 ? "UnauthorizedError" : "Error", message }, { status, headers });
}

/** Answers Langfuse's clients when they ask whether the server is there. The program's own health is at /api/health. */
export const answerLangfuseHealth = (): Response => Response.json({ status: "OK", version: packageFile.version });

/** Answers with a list that holds only the project of the key. SDKs ask for it to check their key. */
export const answerLangfuseProjects = (runtime: IntakeRuntime, request: Request): Promise<Response> =>
  withLangfuseKey(runtime, { request }, async (sender) => {
    const { id, name } = await projectOfEventKey(runtime.context, sender);
    return Response.json({ data: [{ id, name, metadata: {}, organization: { id, name } }] });
  });

/**
 * Tells a client not to upload a file of an observation. The observation keeps the reference. After a 404 the SDKs
 * would log an error for each file.
 */
export const answerLangfuseMedia = (runtime: IntakeRuntime, request: Request): Promise<Response> =>
  withLangfuseKey(runtime, { request }, (sender) => {
    const limits = { ...INTAKE_BODY_LIMITS, bytesMax: MEDIA_BYTES_MAX };
    return withEventBody(runtime, { request, sender, limits }, async (body) => {
      const mediaId = createHash("sha256").update(body).digest("base64url").slice(0, 22);
      return Response.json({ mediaId, uploadUrl: null });
    });
  });

/** The most bytes of a request that describes a file. The file itself would follow in another request. */
const MEDIA_BYTES_MAX = 64 * 1024;

/** Authenticates a request of a Langfuse client, and turns errors into Langfuse's refusals. */
export async function withLangfuseKey(
  runtime: IntakeRuntime,
  { request, withinMs = DATABASE_WAIT_MS_MAX }: { request: Request; withinMs?: number },
  answer: (sender: IntakeSender) => Promise<Response>,
): Promise<Response> {
  try {
    const key = readEventKey(request);
    if (key === null) return refuseLangfuseRequest(makeFailedReply(401, "Send an event key as the password of Basic."));
    return await answer(await authenticateSender(runtime, key, withinMs));
  } catch (error) {
    return refuseLangfuseRequest(replyForFailure(runtime, error));
  }
}
