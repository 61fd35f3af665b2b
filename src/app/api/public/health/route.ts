import { answerHealth } from "@/server/intake/langfuse-answers";

export const dynamic = "force-dynamic";

/** The health endpoint at Langfuse's address. */
export const GET = (): Response => answerHealth();
