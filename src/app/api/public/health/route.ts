import { answerLangfuseHealth } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";

export const dynamic = "force-dynamic";

/** Answers the health checks of Langfuse's clients. */
export const GET = (): Response => answerLangfuseHealth();

/** Answers other HTTP methods with a JSON error, because clients parse JSON. The default answer of Next.js is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
