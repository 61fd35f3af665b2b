import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type OperationalWebhookData = NonNullable<inferRouterOutputs<AppRouter>["operationalWebhook"]["get"]>;
export type SourceData = inferRouterOutputs<AppRouter>["source"]["list"][number];
