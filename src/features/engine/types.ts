import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["engine"];

export type EmbeddedEngineReport = Extract<Outputs["get"], { kind: "embedded" }>;
export type EngineFunction = EmbeddedEngineReport["functions"][number];
export type RunRow = Outputs["runs"]["items"][number];
export type Run = Outputs["run"];
export type RunState = RunRow["state"];
