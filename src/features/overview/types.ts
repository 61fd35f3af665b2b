import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type OverviewData = inferRouterOutputs<AppRouter>["overview"]["get"];
