import type { OtlpSpan } from "../decode/trace-export";
import { detectConvention } from "./convention";
import { SpanReader } from "./span-reader";

/** Names of instrumentation scopes whose spans are steps of LLM applications. Langfuse's SDKs have the same list. */
const scopes: ReadonlySet<string> = new Set([
  ...["ai", "gen_ai", "litellm", "langsmith", "haystack", "pydantic-ai", "strands-agents", "agent_framework"],
  ...["autogen-core", "vllm", "livekit-agents", "genkit-tracer", "gcp.vertex.agent", "logfire"],
]);
const scopePrefixes = ["langfuse-sdk", "openinference", "@mastra/", "mastra", "traceloop.", "haystack"];
/**
 * Matches OpenLLMetry's instrumentations of LLM providers. Those of HTTP clients and databases have the same prefix.
 */
const providers =
  /^opentelemetry\.instrumentation\.(?:openai|anthropic|cohere|mistral|groq|bedrock|vertexai|google_generativeai|ollama|together|replicate|sagemaker|watsonx|langchain|llamaindex|llama_index|haystack|crewai|openai_agents|agno|mcp|alephalpha|transformers|writer|pinecone|chroma|qdrant|weaviate|milvus|lancedb|marqo)/;

/**
 * Tells whether a span is a step of an LLM application. Its scope is a known one, or it has an attribute that only
 * conventions for LLM applications use.
 */
export function isLlmSpan(span: OtlpSpan): boolean {
  const { name } = span.scope;
  if (scopes.has(name) || scopePrefixes.some((prefix) => name.startsWith(prefix)) || providers.test(name)) return true;
  return detectConvention(new SpanReader(span)) !== null;
}
