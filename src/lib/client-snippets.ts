import { makeEventSnippets, type EventSnippet } from "./event-snippets";

/** Makes code examples for each kind of client: how it sends to this instance. */
export function makeClientSnippets(input: { appUrl: string; eventKey: string }): EventSnippet[] {
  const { appUrl, eventKey } = input;
  // Earlier versions of Langfuse's Python SDK read LANGFUSE_HOST in place of LANGFUSE_BASE_URL.
  const langfuse = [
    `LANGFUSE_BASE_URL=${appUrl}`,
    `LANGFUSE_HOST=${appUrl}`,
    "LANGFUSE_PUBLIC_KEY=pk",
    `LANGFUSE_SECRET_KEY=${eventKey}`,
  ].join("\n");
  const setup = [
    'import { NodeSDK } from "@opentelemetry/sdk-node";',
    'import { LangfuseSpanProcessor } from "@langfuse/otel";',
    "",
    "new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] }).start();",
  ].join("\n");
  const handler = [
    'import { CallbackHandler } from "@langfuse/langchain";',
    "",
    'await chain.invoke({ question: "Hi" }, { callbacks: [new CallbackHandler()] });',
  ].join("\n");
  const call = [
    "await generateText({",
    '  model, prompt: "Hi",',
    '  experimental_telemetry: { isEnabled: true, metadata: { userId: "user-1" } },',
    "});",
  ].join("\n");
  return [
    { label: "Langfuse JS", code: `# environment\n${langfuse}\n\n// instrumentation.ts\n${setup}` },
    { label: "Langfuse Python", code: `# environment: the program stays as it is\n${langfuse}` },
    {
      label: "OpenTelemetry",
      code: [
        "# environment of any OTLP/HTTP exporter",
        `OTEL_EXPORTER_OTLP_ENDPOINT=${appUrl}`,
        `OTEL_EXPORTER_OTLP_HEADERS="x-api-key=${eventKey}"`,
        "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
      ].join("\n"),
    },
    { label: "AI SDK", code: `# environment\n${langfuse}\n\n// instrumentation.ts\n${setup}\n\n// each call\n${call}` },
    {
      label: "LangChain",
      code: `# environment\n${langfuse}\n\n// instrumentation.ts\n${setup}\n\n// each call\n${handler}`,
    },
    ...makeEventSnippets(input).reverse(),
  ];
}
