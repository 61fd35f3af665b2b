import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

export type OperationalWebhookData = NonNullable<inferRouterOutputs<AppRouter>["operationalWebhook"]["get"]>;
