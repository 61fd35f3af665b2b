import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeProtobufExport } from "@/domain/opentelemetry/decode/decode-protobuf";
import type { OtlpSpan } from "@/domain/opentelemetry/decode/trace-export";
import type { TracingEnv } from "@/env/tracing";
import { createCipher } from "@/server/crypto";
import { makeAction, makeEvent, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { eventually } from "@/test/eventually";
import { readUntil } from "@/test/read-until";
import { useTestContext } from "@/test/use-test-context";
import { createTracer } from "./tracing";
import { startBatchSpans } from "./services/action-creation/start-batch-spans";

const { ctx, database, receiver } = useTestContext();
const encryptionKey = randomBytes(32).toString("base64");
/** The spans that the collector has received. */
const spans: OtlpSpan[] = [];
const seen: { authorization: string | undefined; type: string | undefined }[] = [];
let collector: Server;
let app: ChildProcess;
let url: string;

beforeAll(async () => {
  ctx.cipher = createCipher([encryptionKey]);
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization, "content-type": type } = request.headers;
      seen.push({ authorization, type });
      if (request.url === "/v1/traces") spans.push(...decodeProtobufExport(Buffer.concat(chunks)).spans);
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((done) => void collector.listen(0, "127.0.0.1", done));
  app = forkApp({
    connectionString: database.connectionString,
    encryptionKey,
    env: {
      WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(","),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20of-the-collector",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
  });
  url = await urlOfApp(app);
});
afterAll(async () => {
  await killApp(app);
  collector.closeAllConnections();
  collector.close();
});

const traceIn = (traceparent: string | string[] | null | undefined): { traceId: string; spanId: string } => {
  const [, traceId = "", spanId = ""] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$/.exec(String(traceparent)) ?? [];
  return { traceId, spanId };
};

test("one trace leads from the sender's span through /e and the decision to the webhook's receiver", async () => {
  const projectId = (await makeProject(ctx)).id;
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [action.id]);
  const sender = { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") };
  const answer = await fetch(`${url}/e/${await makeEventKey(ctx, projectId)}`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${sender.traceId}-${sender.spanId}-01` },
    body: JSON.stringify({ name: "observation.created", data: { observation: { id: "obs-1", level: "ERROR" } } }),
  });
  expect(answer.status).toBe(200);
  const [received] = await receiver.waitForCount(1, 20_000);
  const mine = () => Promise.resolve(spans.filter(({ traceId }) => traceId === sender.traceId));
  const traced = await readUntil(mine, (all) => all.length >= 3);
  const byName = new Map(traced.map((span) => [span.name, span]));
  const [intake, decide, deliver] = ["receive events", "decide", "deliver"].map((name) => byName.get(name)!);
  expect(traced).toHaveLength(3);
  expect(intake!.parentSpanId).toBe(sender.spanId);
  expect(decide!.parentSpanId).toBe(intake!.spanId);
  expect(deliver!.parentSpanId).toBe(decide!.spanId);
  expect(traceIn(received!.headers.traceparent)).toEqual({ traceId: sender.traceId, spanId: deliver!.spanId });
  const row = await ctx.db.actionExecution.findFirstOrThrow({ where: { projectId } });
  expect(traceIn(row.traceparent)).toEqual({ traceId: sender.traceId, spanId: decide!.spanId });
  expect(deliver!.attributes.get("trigger_system.execution.id")).toBe(row.id);
  expect(deliver!.resource.get("service.name")).toBe("trigger-system");
  expect(deliver!.resource.get("deployment.environment")).toBe("test");
  expect(seen[0]).toEqual({ authorization: "Bearer of-the-collector", type: "application/x-protobuf" });
});

test("a sender whose trace is not sampled gets no spans, and the webhook says so too", async () => {
  receiver.clear();
  const projectId = (await makeProject(ctx)).id;
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [action.id]);
  const traceId = randomBytes(16).toString("hex");
  await fetch(`${url}/e/${await makeEventKey(ctx, projectId)}`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-00` },
    body: JSON.stringify({ name: "observation.created", data: { observation: { id: "obs-2" } } }),
  });
  const [received] = await receiver.waitForCount(1, 20_000);
  expect(received!.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  expect(spans.filter((span) => span.traceId === traceId)).toEqual([]);
});

test("without tracing a batch is passed on as it is", () => {
  const events = [makeEvent(ctx, { id: "obs-1" })];
  expect(startBatchSpans(null, events).events).toBe(events);
});

test("a collector that refuses spans fails no end of the program, and the log names the loss once", async () => {
  const refusing = createServer((request, response) => {
    request.resume();
    response.writeHead(400).end();
  });
  await new Promise<void>((done) => void refusing.listen(0, "127.0.0.1", done));
  const lines: string[] = [];
  const log = { warn: (_: unknown, text?: string) => void lines.push(text ?? "") };
  const { port } = refusing.address() as AddressInfo;
  const tracer = createTracer(tracingEnvFor(`http://127.0.0.1:${port}/v1/traces`), log);
  const makeSpan = (): void => tracer.start("lost", { kind: "internal", parent: undefined }).end();
  // The SDK sends a batch in the background once it has 512 spans.
  for (let n = 0; n < 512; n++) makeSpan();
  await eventually(() => expect(lines).toEqual([expect.stringContaining("they are lost")]));
  makeSpan();
  await tracer.close();
  expect(lines).toHaveLength(1);
  refusing.close();
});

const tracingEnvFor = (url: string): TracingEnv => ({
  url,
  protocol: "http/json",
  headers: {},
  serviceName: "test",
  resourceAttributes: {},
  sampler: "always_on",
  samplerRatio: 1,
});
