import type { inferRouterOutputs } from "@trpc/server";
import type { ReactNode } from "react";
import type { TriggerInput } from "@/domain/trigger";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>;
export type TriggerRow = Outputs["trigger"]["list"]["items"][number];
export type Trigger = Outputs["trigger"]["get"];
export type TriggerShadow = NonNullable<Outputs["shadow"]["get"]>;
export type ShadowDifference = Outputs["shadow"]["differences"]["items"][number];
export type TriggerPreview = Outputs["trigger"]["preview"];
export type TriggerFunnel = Outputs["trigger"]["funnel"];
export type SelectableAction = Outputs["action"]["list"]["items"][number];

/**
 * The values of a trigger's form fields, without the filter, whose state is kept apart, and without the key, which the
 * form cannot change.
 */
export type TriggerFormValues = Required<Omit<TriggerInput, "filter" | "key">>;

/**
 * Renders the sheet that creates an action. Pages pass this function in, because the sheet belongs to the actions
 * feature. `onCreated` is called with the id of the new action.
 */
export type RenderNewActionSheet = (sheet: {
  eventSource: string;
  open: boolean;
  onClose: () => void;
  onCreated: (actionId: string) => void;
}) => ReactNode;
