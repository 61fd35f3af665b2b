import { answerHealth } from "@/server/intake/langfuse-answers";

export const dynamic = "force-dynamic";

/** Langfuse's address of health. */
export const GET = (): Response => answerHealth();
