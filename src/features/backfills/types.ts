import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["backfill"];

export type BackfillRow = Outputs["list"][number];
export type BackfillEstimate = Outputs["count"];
