import type { inferRouterOutputs } from "@trpc/server";
import { DEFAULT_ACTION_TYPE_NAME, getActionType } from "@/domain/action/registry";
import type { WebhookInput } from "@/domain/action/webhook/config";
import type { AppRouter } from "@/server/api/root";
import type { JsonObject } from "@/domain/json/json-kinds";

type Outputs = inferRouterOutputs<AppRouter>;
export type ActionRow = Outputs["action"]["list"]["items"][number];
export type Action = Outputs["action"]["get"];
export type ActionStatistics = Outputs["action"]["statistics"];
export type ActionTestResult = Outputs["action"]["sendTest"];

/** The values of an action's form, for every action type. The names equal the field names in the server's errors. */
export type ActionFormValues = { name: string; type: string; configuration: JsonObject };

/** The values of a webhook's form that fields with several inputs edit: detail, template, headers and retry policy. */
export type WebhookFormValues = {
  configuration: Pick<WebhookInput, "detail" | "template" | "headers" | "retry">;
};

/** Returns the initial form values for a new action. */
export const makeNewActionFormValues = (type: string = DEFAULT_ACTION_TYPE_NAME): ActionFormValues => ({
  name: "",
  type,
  configuration: getActionType(type)?.blank ?? {},
});

/**
 * Converts a saved action into form values. The form has no values of secrets. If it sends none for a secret, the
 * server keeps the stored one.
 */
export const toActionFormValues = ({ name, type, configuration }: Action): ActionFormValues => ({
  name,
  type,
  configuration: getActionType(type)?.edit(configuration) ?? {},
});
