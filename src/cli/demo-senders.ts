import { Inngest } from "inngest";
import type { makeDemoObservations } from "./demo-observations";

type DemoObservation = ReturnType<typeof makeDemoObservations>[number];

/**
 * Sends the observations of one round.
 * @returns the ids under which the program stores them
 */
type DemoSender = (observations: readonly DemoObservation[]) => Promise<string[]>;
type Target = { baseUrl: string; eventKey: string };

/** Makes a function that sends observations as events with the Inngest SDK. */
export function makeInngestSender({ baseUrl, eventKey }: Target): DemoSender {
  const client = new Inngest({ id: "demo-application", isDev: false, baseUrl, eventKey });
  return async (observations) => {
    await client.send(observations.map((observation) => ({ name: "observation.created", data: { observation } })));
    return observations.map(({ id }) => id);
  };
}

/**
 * Makes a function that sends observations with Langfuse's SDK. The SDK is a devDependency, so the command installs it
 * first.
 */
export async function makeLangfuseSender({ baseUrl, eventKey }: Target): Promise<DemoSender> {
  const { LangfuseSpanProcessor } = await import("@langfuse/otel");
  const { setLangfuseTracerProvider, startObservation } = await import("@langfuse/tracing");
  const { BasicTracerProvider } = await import("@opentelemetry/sdk-trace-base");
  const processor = new LangfuseSpanProcessor({ baseUrl, publicKey: "pk", secretKey: eventKey });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  setLangfuseTracerProvider(provider);
  return async (observations) => {
    const [{ traceName, userId, sessionId, tags }] = observations as [DemoObservation];
    const trace = startObservation(traceName, {}, { asType: "agent" });
    trace.otelSpan.setAttributes({
      "langfuse.trace.name": traceName,
      "langfuse.trace.tags": tags,
      "user.id": userId,
      "session.id": sessionId,
    });
    const ids = observations.map(({ name, type, startTime, endTime, ...observation }) => {
      const { input, output, level, statusMessage, model, usageDetails } = observation;
      const attributes = { input, output, level, statusMessage, model, usageDetails };
      const span = startObservation(name, attributes, {
        // Langfuse's SDK has a separate overload for each type of observation.
        asType: type.toLowerCase() as "generation",
        startTime: new Date(startTime),
        parentSpanContext: trace.otelSpan.spanContext(),
      });
      span.end(new Date(endTime));
      return span.id;
    });
    trace.end();
    await provider.forceFlush();
    return ids;
  };
}

/** Makes a function that sends observations as OpenTelemetry spans in the GenAI conventions. */
export async function makeOtlpSender({ baseUrl, eventKey }: Target): Promise<DemoSender> {
  const { SpanStatusCode, context, trace } = await import("@opentelemetry/api");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
  const { BasicTracerProvider, BatchSpanProcessor } = await import("@opentelemetry/sdk-trace-base");
  const exporter = new OTLPTraceExporter({ url: `${baseUrl}/v1/traces`, headers: { "x-api-key": eventKey } });
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer("demo-application");
  return async (observations) => {
    const [{ traceName, userId, sessionId }] = observations as [DemoObservation];
    const root = tracer.startSpan(traceName, {
      attributes: { "gen_ai.operation.name": "invoke_agent", "user.id": userId, "session.id": sessionId },
    });
    const parent = trace.setSpan(context.active(), root);
    const ids = observations.map(({ name, startTime, endTime, level, statusMessage, ...observation }) => {
      const attributes = attributesOf(observation);
      const span = tracer.startSpan(name, { attributes, startTime: new Date(startTime) }, parent);
      if (level === "ERROR") span.setStatus({ code: SpanStatusCode.ERROR, message: statusMessage ?? "" });
      span.end(new Date(endTime));
      return span.spanContext().spanId;
    });
    root.end();
    await provider.forceFlush();
    return ids;
  };
}

const operations: Partial<Record<DemoObservation["type"], string>> = {
  GENERATION: "chat",
  TOOL: "execute_tool",
  RETRIEVER: "retrieval",
};

type Attributed = Pick<DemoObservation, "type" | "model" | "usageDetails" | "input" | "output">;

/** Returns the OpenTelemetry attributes of an observation. OpenTelemetry drops attributes that are undefined. */
const attributesOf = ({ type, model, usageDetails, input, output }: Attributed) => ({
  "gen_ai.operation.name": operations[type],
  "gen_ai.request.model": model,
  "gen_ai.usage.input_tokens": usageDetails?.input,
  "gen_ai.usage.output_tokens": usageDetails?.output,
  "input.value": JSON.stringify(input),
  "output.value": JSON.stringify(output),
});
