import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["observation"];

export type ObservationRow = Outputs["list"]["items"][number];
export type Observation = Outputs["get"];
export type LevelCounts = Outputs["counts"];
export type ObservationDecision = Observation["decisions"][number];
