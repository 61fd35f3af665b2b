import { answerMedia } from "@/server/intake/langfuse-answers";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** The endpoint at which Langfuse's SDKs ask to upload a file. */
export async function POST(request: Request): Promise<Response> {
  return answerMedia(await getRuntime(), request);
}
