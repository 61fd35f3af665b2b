import {
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type SpanContext,
} from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from "@opentelemetry/sdk-trace-base";
import type { TracingEnv } from "@/env/tracing";

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

type SpanOptions = {
  kind: keyof typeof kinds;
  /** The parent of the span, as the W3C header traceparent. Without a valid one the span begins a new trace. */
  parent: string | null | undefined;
  attributes?: Attributes;
};

/** A span that has begun. */
export type TraceSpan = {
  /** The W3C traceparent of this span, to store in a header, an event or a row. */
  traceparent: string;
  /**
   * Ends the span.
   * @param problem why the work failed, in fixed words that contain no data
   */
  end(attributes?: Attributes, problem?: string): void;
};

/** Makes OpenTelemetry spans of this process. */
export type Tracer = {
  start(name: string, options: SpanOptions): TraceSpan;
  /** Sends all finished spans that are still waiting. */
  close(): Promise<void>;
};

/**
 * Makes spans and sends them to an OpenTelemetry collector, in batches in the background. If the collector is away, the
 * SDK logs a line and drops spans. Nothing in the program waits for the collector.
 */
export function createTracer(env: TracingEnv): Tracer {
  const { url, headers, protocol, serviceName, resourceAttributes } = env;
  const Exporter = protocol === "http/json" ? JsonExporter : ProtobufExporter;
  const provider = new BasicTracerProvider({
    sampler: samplerOf(env),
    resource: resourceFromAttributes({ ...resourceAttributes, "service.name": serviceName }),
    spanProcessors: [new BatchSpanProcessor(new Exporter({ url, headers }))],
  });
  const tracer = provider.getTracer("trigger-system");
  return {
    start(name, { kind, parent, attributes = {} }) {
      const spanContext = readTraceparent(parent);
      const root = context.active();
      const within = spanContext ? trace.setSpanContext(root, { ...spanContext, isRemote: true }) : root;
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes, root: !spanContext }, within);
      return {
        traceparent: traceparentOf(span.spanContext()),
        end(more = {}, problem) {
          span.setAttributes(more);
          if (problem !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: problem });
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

/** Parses a W3C traceparent. Null for a text of another form, and for ids that are all zeros. */
function readTraceparent(text: string | null | undefined): SpanContext | null {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(text?.trim() ?? "") ?? [];
  const context = { traceId: traceId ?? "", spanId: spanId ?? "", traceFlags: Number.parseInt(flags ?? "0", 16) };
  return version !== "ff" && isSpanContextValid(context) ? context : null;
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;

function samplerOf({ sampler, samplerRatio }: TracingEnv): Sampler {
  const name = sampler.replace("parentbased_", "");
  const root =
    name === "always_on"
      ? new AlwaysOnSampler()
      : name === "always_off"
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(samplerRatio);
  return sampler.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}
