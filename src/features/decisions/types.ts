import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type DecisionRow = inferRouterOutputs<AppRouter>["decision"]["list"]["items"][number];
