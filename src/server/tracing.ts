import { setTimeout } from "node:timers/promises";
import {
  context,
  diag,
  DiagLogLevel,
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
import type { Logger } from "./log";

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
  /** Sends all finished spans that are still waiting, for at most 2 s. It throws nothing. */
  close(): Promise<void>;
};

/** How long `close` waits for the collector, ms. */
const CLOSE_WITHIN_MS = 2_000;
/** While the collector is away, the log gets one line in this time, ms. Each batch of spans fails anew. */
const LOG_EVERY_MS = 60_000;
/** The log keeps this many characters of the SDK's report, which is an error with its stack, as JSON. */
const REPORT_LENGTH_MAX = 300;

/**
 * Makes spans and sends them to an OpenTelemetry collector, in batches in the background. If the collector is away, the
 * spans are lost, and the log says so once a minute. Only `close` waits for the collector.
 */
export function createTracer(env: TracingEnv, log: Pick<Logger, "warn">): Tracer {
  reportLostSpans(log);
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
    async close() {
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([sent, setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/** Logs the SDK's reports of spans that the collector did not take. By default the SDK drops them in silence. */
function reportLostSpans(log: Pick<Logger, "warn">): void {
  let silentUntil = 0;
  const error = (report: string): void => {
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + LOG_EVERY_MS;
    log.warn(
      { report: report.slice(0, REPORT_LENGTH_MAX) },
      "the OpenTelemetry collector takes no spans; they are lost",
    );
  };
  const ignore = (): void => undefined;
  const logger = { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
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
