import { answerLangfuseProjects } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The endpoint at which Langfuse's SDKs check their key. */
export async function GET(request: Request): Promise<Response> {
  return answerLangfuseProjects(await getRuntime(), request);
}

/** Clients read JSON; Next's own answer to another method is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
