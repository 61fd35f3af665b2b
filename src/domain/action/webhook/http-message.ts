import type { ActionMessage } from "../action-type";

/** The message of a webhook: one HTTP request, ready to send. */
export type HttpMessage = ActionMessage & {
  transport: "http";
  url: string;
  /** the URL without the parts that may be a credential */
  shownUrl: string;
  method: "POST" | "PUT" | "PATCH";
  headers: Record<string, string>;
  /** the body to send: the stored body with a secret in place of each placeholder */
  body: string;
  /** names of headers whose values must not be kept or shown */
  secretHeaders: string[];
  /** secrets in the body, which must not be kept or shown */
  bodySecrets: string[];
  timeouts: { connectMs: number; headersMs: number; totalMs: number };
  storeResponse: boolean;
};

export const isHttpMessage = (message: ActionMessage): message is HttpMessage => message.transport === "http";
