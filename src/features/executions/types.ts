import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>["execution"];

export type ExecutionRow = Outputs["list"]["items"][number];
export type Execution = Outputs["get"];
export type Attempt = Execution["attempts"][number];
export type Explanation = NonNullable<Execution["explanation"]>;
