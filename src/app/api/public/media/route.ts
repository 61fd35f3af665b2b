import { answerLangfuseMedia } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** Answers Langfuse's SDKs when they announce a media file: they need not upload it. */
export async function POST(request: Request): Promise<Response> {
  return answerLangfuseMedia(await getRuntime(), request);
}

/** Answers other HTTP methods with a JSON error, because clients parse JSON. The default answer of Next.js is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
