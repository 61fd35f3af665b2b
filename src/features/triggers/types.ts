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

/** The fields of the form. The filter is a tree with its own state. The form does not change the stored key. */
export type TriggerFormValues = Required<Omit<TriggerInput, "filter" | "key">>;

/** The sheet that makes an action, which belongs to another feature. `onCreated` gets the id of the new action. */
export type RenderNewActionSheet = (sheet: {
  open: boolean;
  onClose: () => void;
  onCreated: (actionId: string) => void;
}) => ReactNode;
