import type { inferRouterOutputs } from "@trpc/server";
import type { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>;
export type TriggerRow = Outputs["trigger"]["list"]["items"][number];
export type TriggerDetail = Outputs["trigger"]["get"];
export type Preview = Outputs["trigger"]["preview"];
export type Funnel = Outputs["trigger"]["funnel"];
export type ActionRow = Outputs["action"]["list"]["items"][number];

/** What the fields of the form hold; the filter has a state of its own, since it is a tree. */
export const TriggerValues = TriggerInput.omit({ filter: true }).required();
export type TriggerValues = z.output<typeof TriggerValues>;
