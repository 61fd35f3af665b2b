import { answerHealth } from "@/server/intake/langfuse-answers";

export const dynamic = "force-dynamic";

/** Answers Langfuse's clients when they ask for the health. */
export const GET = (): Response => answerHealth();
