import { answerLangfuseMedia } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The endpoint at which Langfuse's SDKs ask to upload a file. */
export async function POST(request: Request): Promise<Response> {
  return answerLangfuseMedia(await getRuntime(), request);
}

/** Clients read JSON; Next's own answer to another method is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
