import { createHash } from "node:crypto";
import packageFile from "../../../package.json";
import { loadProjectOfEventKey } from "../services/event-keys/authenticate-event-key";
import type { SendEventsReply } from "../engine-reply";
import { readEventKey } from "./client-headers";
import {
  authenticateSender,
  makeFailedReply,
  makeReplyForError,
  readEventBodyInTurn,
  type AuthenticatedSender,
  type IntakeRuntime,
} from "./intake-steps";
import { DATABASE_WAIT_MS_MAX, INTAKE_BODY_LIMITS } from "./receive-traces";
import { makeRepeatableRefusal } from "./temporary-refusal";

/** Makes the answer for a refused request in the form that Langfuse's SDKs read. */
export function refuseLangfuseRequest(reply: SendEventsReply): Response {
  const { status, headers } = makeRepeatableRefusal(reply.status);
  const message = reply.body.error ?? "The request was not accepted.";
  return Response.json({ error: status === 401 ? "UnauthorizedError" : "Error", message }, { status, headers });
}

/** Answers the health check of Langfuse's SDKs. The program's own health check is at /api/health. */
export const answerLangfuseHealth = (): Response => Response.json({ status: "OK", version: packageFile.version });

/** Answers with a list of one project, that of the key. Langfuse's SDKs ask for it to check their key. */
export const answerLangfuseProjects = (runtime: IntakeRuntime, request: Request): Promise<Response> =>
  withLangfuseKey(runtime, { request }, async (sender) => {
    const { id, name } = await loadProjectOfEventKey(runtime.context, sender);
    return Response.json({ data: [{ id, name, metadata: {}, organization: { id, name } }] });
  });

/**
 * Tells a Langfuse SDK not to upload a media file. The observation keeps its reference to the file. After a 404 the SDK
 * would log an error for each file.
 */
export const answerLangfuseMedia = (runtime: IntakeRuntime, request: Request): Promise<Response> =>
  withLangfuseKey(runtime, { request }, (sender) => {
    const limits = { ...INTAKE_BODY_LIMITS, bytesMax: MEDIA_BYTES_MAX };
    return readEventBodyInTurn(runtime, { request, sender, limits }, async (body) => {
      const mediaId = createHash("sha256").update(body).digest("base64url").slice(0, 22);
      return Response.json({ mediaId, uploadUrl: null });
    });
  });

/** The most bytes of a request that announces a media file. The SDK would send the file itself in another request. */
const MEDIA_BYTES_MAX = 64 * 1024;

/** Checks the event key of a Langfuse request, and turns errors into refusals in Langfuse's form. */
export async function withLangfuseKey(
  runtime: IntakeRuntime,
  { request, withinMs = DATABASE_WAIT_MS_MAX }: { request: Request; withinMs?: number },
  answer: (sender: AuthenticatedSender) => Promise<Response>,
): Promise<Response> {
  try {
    const key = readEventKey(request);
    if (key === null) return refuseLangfuseRequest(makeFailedReply(401, "Send an event key as the password of Basic."));
    return await answer(await authenticateSender(runtime, key, withinMs));
  } catch (error) {
    return refuseLangfuseRequest(makeReplyForError(runtime, error));
  }
}
