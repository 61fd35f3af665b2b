import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["overview"];
export type ProjectOverview = Outputs["get"];
export type ProjectProblems = Outputs["attention"];
export type OverviewFigures = Outputs["figures"];
