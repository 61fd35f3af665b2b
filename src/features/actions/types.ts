import type { inferRouterOutputs } from "@trpc/server";
import type { JsonObject } from "@/domain/action/action-type";
import { DEFAULT_ACTION_TYPE_NAME, getActionType } from "@/domain/action/registry";
import type { WebhookInput } from "@/domain/action/webhook/config";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>;
export type ActionRow = Outputs["action"]["list"]["items"][number];
export type Action = Outputs["action"]["get"];
export type ActionStatistics = Outputs["action"]["statistics"];
export type ActionTestResult = Outputs["action"]["sendTest"];

/** The values of an action form of any type. Their names are those of the server's field errors. */
export type ActionFormValues = { name: string; type: string; configuration: JsonObject };

/** The values of the widgets with several values: body, headers and retry policy. */
export type CompositeFieldValues = {
  configuration: Pick<WebhookInput, "detail" | "template" | "headers" | "retry">;
};

/** Returns the first values of a new action. */
export const makeNewActionFormValues = (type: string = DEFAULT_ACTION_TYPE_NAME): ActionFormValues => ({
  name: "",
  type,
  configuration: getActionType(type)?.blank ?? {},
});

/** Returns the form's values of a saved action. Secrets have no value, which keeps the stored secrets. */
export const toActionFormValues = ({ name, type, configuration }: Action): ActionFormValues => ({
  name,
  type,
  configuration: getActionType(type)?.edit(configuration) ?? {},
});
