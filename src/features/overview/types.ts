import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["overview"];
export type OverviewData = Outputs["get"];
export type AttentionData = Outputs["attention"];
export type FiguresData = Outputs["figures"];
