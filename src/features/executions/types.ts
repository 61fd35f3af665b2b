import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type AllOutputs = inferRouterOutputs<AppRouter>;
type Outputs = AllOutputs["execution"];

export type ExecutionRow = Outputs["list"]["items"][number];
export type Execution = Outputs["get"];
export type Attempt = Execution["attempts"][number];
export type ExecutionExplanation = NonNullable<Execution["explanation"]>;
export type ExecutionCounts = Outputs["counts"];
export type BulkJob = AllOutputs["bulk"]["list"][number];
export type BulkJobEstimate = AllOutputs["bulk"]["count"];
export type BulkJobKind = BulkJob["kind"];
/** The executions that a bulk job changes, as the API's input names them: by ids, filters, or both. */
export type BulkJobFilter = inferRouterInputs<AppRouter>["bulk"]["count"]["filter"];
export type QuerySuggestionField = inferRouterInputs<AppRouter>["execution"]["suggest"]["field"];
