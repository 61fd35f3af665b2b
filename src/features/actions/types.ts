import type { inferRouterOutputs } from "@trpc/server";
import { z } from "zod";
import { WebhookInput } from "@/domain/action/webhook/config";
import { ConfigurationName } from "@/domain/trigger";
import type { AppRouter } from "@/server/api/root";

type Outputs = inferRouterOutputs<AppRouter>;
export type ActionRow = Outputs["action"]["list"]["items"][number];
export type ActionDetail = Outputs["action"]["get"];
export type ActionStatistics = Outputs["action"]["statistics"];
export type TestResult = Outputs["action"]["sendTest"];

/** What the form holds; the names are those of the server's field errors. */
export const ActionValues = z.object({ name: ConfigurationName, configuration: WebhookInput });
export type ActionValues = z.output<typeof ActionValues>;

/** What a new action starts from: the defaults of the schema, and no URL yet. */
export const newAction: ActionValues = {
  name: "",
  configuration: { ...WebhookInput.parse({ url: "https://" }), url: "" },
};

/** A saved action as the form starts from it: secret headers have no value, which keeps the one that is stored. */
export function toValues(action: ActionDetail): ActionValues {
  const { configuration } = action;
  if (!configuration) return { ...newAction, name: action.name };
  return {
    name: action.name,
    configuration: {
      ...configuration,
      headers: configuration.headers.map((header) =>
        header.secret ? { name: header.name, secret: true } : { name: header.name, secret: false, value: header.value },
      ),
    },
  };
}
