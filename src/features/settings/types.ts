import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type OperationalWebhook = NonNullable<inferRouterOutputs<AppRouter>["operationalWebhook"]["get"]>;
export type EventKeyWithClients = inferRouterOutputs<AppRouter>["source"]["list"][number];
