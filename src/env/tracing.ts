import { z } from "zod";
import { booleanText, makeWebUrlSchema } from "./values";

/** The target and settings of tracing. The names of its variables are OpenTelemetry's own. */
export type TracingEnv = {
  /** the URL to which traces are sent */
  url: string;
  protocol: "http/protobuf" | "http/json";
  headers: Record<string, string>;
  serviceName: string;
  resourceAttributes: Record<string, string>;
  sampler: (typeof samplers)[number];
  /** the share of traces that a ratio sampler keeps, from 0 to 1 */
  samplerRatio: number;
};

const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Parses `name=value` entries between commas, which are percent-encoded. */
const pairs = z.string().transform((text, ctx) => {
  const found: Record<string, string> = {};
  for (const entry of text.split(",").filter((one) => one.trim() !== "")) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(entry) ?? [];
    try {
      found[name!.toString()] = decodeURIComponent(value!);
    } catch {
      ctx.addIssue({ code: "custom", message: "must be a list such as name=value,other=value" });
      return z.NEVER;
    }
  }
  return found;
});

export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: makeWebUrlSchema(true).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: makeWebUrlSchema(true).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs.default({}),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(["http/protobuf", "http/json"], "must be http/protobuf or http/json: gRPC is not spoken here")
    .default("http/protobuf"),
  OTEL_SERVICE_NAME: z.string().max(200).default("trigger-system"),
  OTEL_RESOURCE_ATTRIBUTES: pairs.default({}),
  OTEL_TRACES_SAMPLER: z.enum(samplers, `must be one of ${samplers.join(", ")}`).default("parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number("must be a number from 0 to 1").min(0).max(1).default(1),
  OTEL_SDK_DISABLED: booleanText.default(false),
};

/** Returns the settings of tracing; null if nothing is traced, as without an endpoint. */
export function parseTracing(variables: z.infer<z.ZodObject<typeof tracingVariables>>): TracingEnv | null {
  const base = variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`);
  if (!url || variables.OTEL_SDK_DISABLED) return null;
  return {
    url,
    protocol: variables.OTEL_EXPORTER_OTLP_PROTOCOL,
    headers: variables.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: variables.OTEL_SERVICE_NAME,
    resourceAttributes: variables.OTEL_RESOURCE_ATTRIBUTES,
    sampler: variables.OTEL_TRACES_SAMPLER,
    samplerRatio: variables.OTEL_TRACES_SAMPLER_ARG,
  };
}
