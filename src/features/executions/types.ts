import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type AllOutputs = inferRouterOutputs<AppRouter>;
type Outputs = AllOutputs["execution"];

export type ExecutionRow = Outputs["list"]["items"][number];
export type Execution = Outputs["get"];
export type Attempt = Execution["attempts"][number];
export type Explanation = NonNullable<Execution["explanation"]>;
export type ResendRow = AllOutputs["resend"]["list"][number];
export type ResendCount = AllOutputs["resend"]["count"];
