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

/** The values of an action's form, for every action type. The names equal the field names in the server's errors. */
export type ActionFormValues = { name: string; type: string; configuration: JsonObject };

/** The part of a webhook's form values that fields with several inputs edit: body, headers and retry policy. */
export type CompositeFieldValues = {
  configuration: Pick<WebhookInput, "detail" | "template" | "headers" | "retry">;
};

/** Returns the initial form values for a new action. */
export const makeNewActionFormValues = (type: string = DEFAULT_ACTION_TYPE_NAME): ActionFormValues => ({
  name: "",
  type,
  configuration: getActionType(type)?.blank ?? {},
});

/**
 * Converts a saved action into form values. Secrets are empty; the server keeps a stored secret if the form sends no
 * value.
 */
export const toActionFormValues = ({ name, type, configuration }: Action): ActionFormValues => ({
  name,
  type,
  configuration: getActionType(type)?.edit(configuration) ?? {},
});
