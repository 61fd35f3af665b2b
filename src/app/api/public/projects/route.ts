import { answerLangfuseProjects } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** Answers Langfuse's SDKs when they check whether their API key is valid. */
export async function GET(request: Request): Promise<Response> {
  return answerLangfuseProjects(await getRuntime(), request);
}

/** Answers other HTTP methods with a JSON error, because clients parse JSON. The default answer of Next.js is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
