import type { ActionFormLayout } from "../action-form-layout";

const methods = ["POST", "PUT", "PATCH"].map((method) => ({ value: method, label: method }));

const timeout = (name: string, label: string, max: number) =>
  ({
    kind: "number",
    name: `timeouts.${name}`,
    label,
    min: 100,
    max,
    unit: "ms",
    help: `100 to ${max.toLocaleString("en-US")} ms`,
  }) as const;

/** The form of a webhook: its target and body, then what happens when a request fails. */
export const webhookFormLayout: ActionFormLayout = [
  {
    title: "Request",
    fields: [
      {
        kind: "row",
        fields: [
          { kind: "select", name: "method", label: "Method", options: methods },
          {
            kind: "url",
            name: "url",
            label: "URL",
            isRequired: true,
            placeholder: "https://example.com/webhooks",
            hiddenHelp:
              "The path is hidden because it can hold a credential. It stays the same until you enter another URL.",
          },
        ],
      },
      { kind: "test endpoint", name: "url" },
      { kind: "body" },
      { kind: "headers" },
    ],
  },
  {
    title: "Delivery",
    fields: [
      { kind: "retry" },
      {
        kind: "checkbox",
        name: "storeResponse",
        label: "Keep responses",
        help: "The execution's page shows the first 16 KB of each response. Clear this if responses hold personal data.",
      },
      {
        kind: "folded",
        label: "Timeouts",
        hint: "How long to wait before an attempt fails",
        fields: [
          timeout("connectMs", "Connect", 5_000),
          timeout("headersMs", "First byte", 15_000),
          timeout("totalMs", "Whole request", 20_000),
        ],
      },
      {
        kind: "folded",
        label: "Limits",
        hint: "How many requests at once and per second",
        fields: [
          {
            kind: "number",
            name: "maxConcurrent",
            label: "Requests at once",
            min: 1,
            max: 100,
            help: "1 to 100, counted over all processes",
          },
          {
            kind: "number",
            name: "maxPerSecond",
            label: "Requests a second",
            min: 1,
            max: 1_000,
            isOptional: true,
            help: "1 to 1,000. Leave it empty for no limit.",
          },
        ],
      },
    ],
  },
];
