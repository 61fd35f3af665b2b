import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type TriggerDraft = inferRouterOutputs<AppRouter>["draft"]["get"];
