import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Engine = inferRouterOutputs<AppRouter>["engine"];
export type EngineOverview = Engine["get"];
export type EngineFunction = Extract<EngineOverview, { kind: "embedded" }>["functions"][number];
export type Run = Engine["runs"]["items"][number];
export type RunDetail = Engine["run"];
export type RunState = Run["state"];
