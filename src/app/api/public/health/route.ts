import { answerLangfuseHealth } from "@/server/intake/langfuse-answers";
import { answerMethodNotAllowed } from "@/server/intake/unknown-path";

export const dynamic = "force-dynamic";

/** Answers Langfuse's clients when they ask for the health. */
export const GET = (): Response => answerLangfuseHealth();

/** Clients read JSON; Next's own answer to another method is empty. */
const refuse = (request: Request): Response => answerMethodNotAllowed(request, "GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
