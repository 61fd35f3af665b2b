import { answerProjects } from "@/server/intake/langfuse-answers";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The endpoint at which Langfuse's SDKs check their key. */
export async function GET(request: Request): Promise<Response> {
  return answerProjects(await getRuntime(), request);
}
