import { createServer, type Server } from "node:http";
import { Webhook } from "standardwebhooks";
import { DEFAULT_ACTION_TYPE_NAME } from "@/domain/action/registry";
import type { Filter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { StartProblem } from "@/server/db/start-problem";
import { makeSystemProjectContext } from "@/server/services/access";
import { createAction } from "@/server/services/actions/create-action";
import { rotateSigningSecret } from "@/server/services/actions/rotate-signing-secret";
import { createEventKey } from "@/server/services/event-keys/create-event-key";
import { createTrigger } from "@/server/services/triggers/create-trigger";
import { DEMO_RECEIVER_PORT } from "@/server/services/webhook-policy";
import { runCommandOrExit } from "./command";
import { openCommandContext } from "./command-database";
import { makeDemoObservations } from "./demo-observations";
import { makeInngestSender, makeLangfuseSender, makeOtlpSender } from "./demo-senders";
import { readCommandEnvironment } from "./command-environment";

/*
 * `npm run demo`, in a second terminal: plays an application that sends observations, and a receiver of webhooks. The
 * receiver verifies each signature with the package standardwebhooks and prints the webhook. The Inngest SDK sends the
 * observations; with `-- --langfuse` Langfuse's SDK does, with `-- --otlp` OpenTelemetry's exporter.
 */

const ACTION = "Demo receiver";
const TRIGGER = "Errors and slow generations";
const URL_OF_RECEIVER = `http://127.0.0.1:${DEMO_RECEIVER_PORT}/webhooks`;
const PAUSE_MS = 1_500;
/** The most rounds of the demo, so that a forgotten terminal does not fill the disk. With --once there is one round. */
const ROUNDS_MAX = 400;

const filter: Filter = {
  type: "group",
  match: "any",
  children: [
    { type: "condition", column: "level", operator: "any of", value: ["ERROR"] },
    { type: "condition", column: "latency", operator: ">", value: 8 },
  ],
};

runCommandOrExit(main);

async function main(): Promise<void> {
  const { ctx, close } = await openCommandContext(readCommandEnvironment(), "npm run demo");
  const { env } = ctx;
  const project = await ctx.db.project.findFirst({ where: { isDemo: true, deletedAt: null }, select: { id: true } });
  if (!project)
    throw new StartProblem(
      "There is no demo project; it was deleted. Send events to a project of yours with an event key of its settings.",
    );
  const demo = makeSystemProjectContext(ctx, project.id);
  const { key } = await createEventKey(demo, { name: "npm run demo" });
  const secret = await prepare(demo);
  await close();

  const receiver = await startReceiver(secret);
  const target = { baseUrl: `http://127.0.0.1:${env.port}`, eventKey: key };
  const send = process.argv.includes("--langfuse")
    ? await makeLangfuseSender(target)
    : process.argv.includes("--otlp")
      ? await makeOtlpSender(target)
      : makeInngestSender(target);
  process.stdout.write(
    `Receiver at ${URL_OF_RECEIVER}\nSee it arrive at ` +
      `${env.appUrl}/projects/${project.id}/executions\nCtrl-C ends the demo.\n\n`,
  );
  process.on("SIGINT", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
  const once = process.argv.includes("--once");
  for (let round = 0; round < (once ? 1 : ROUNDS_MAX); round++) {
    const observations = makeDemoObservations(round, new Date());
    const ids = await send(observations);
    for (const [index, { type, name, level }] of observations.entries())
      process.stdout.write(`sent      ${type.padEnd(10)} ${name.padEnd(20)} ${level.padEnd(8)} ${ids[index]}\n`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  receiver.close();
  process.exit(0);
}

/**
 * Makes the demo's action and trigger if they are missing. Each start of the demo sets a new signing secret, because
 * the server shows a secret only once.
 */
async function prepare(demo: ProjectContext): Promise<string> {
  const action = await demo.db.actionConfiguration.findFirst({
    where: { projectId: demo.projectId, name: ACTION, deletedAt: null },
    select: { id: true },
  });
  const made = action
    ? { id: action.id, secret: (await rotateSigningSecret(demo, { actionId: action.id, grace: "0" })).secret }
    : await createAction(demo, {
        name: ACTION,
        type: DEFAULT_ACTION_TYPE_NAME,
        configuration: { url: URL_OF_RECEIVER, detail: "full", retry: { preset: "fast" } },
      });
  const trigger = await demo.db.triggerConfiguration.findFirst({
    where: { projectId: demo.projectId, name: TRIGGER, deletedAt: null },
    select: { id: true },
  });
  if (!trigger) {
    await createTrigger(demo, {
      name: TRIGGER,
      description: "Made by npm run demo.",
      eventSource: "observation.created",
      filter,
      samplingRate: 1,
      samplingBy: "source",
      delaySeconds: 0,
      delayMode: "fixed",
      capPerHour: null,
      actionIds: [made.id],
      status: "ACTIVE",
    });
  }
  if (made.secret === null) throw new Error(`The action ${made.id} has no signing secret.`);
  return made.secret;
}

function startReceiver(secret: string): Promise<Server> {
  const webhook = new Webhook(secret);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      try {
        const { data } = webhook.verify(body, request.headers as Record<string, string>) as {
          data: { trigger: { name: string }; observation: { id: string; name?: string } };
        };
        process.stdout.write(
          `received  signature verified   ${request.headers["webhook-id"]}   ${data.trigger.name}: ` +
            `${data.observation.name ?? ""} ${data.observation.id}\n`,
        );
        response.writeHead(204).end();
      } catch (error) {
        process.stdout.write(`received  SIGNATURE DOES NOT VERIFY: ${(error as Error).message}\n`);
        response.writeHead(401).end();
      }
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new StartProblem(`Port ${DEMO_RECEIVER_PORT} is in use, perhaps by another demo. End that one first.`)
          : error,
      ),
    );
    server.listen(DEMO_RECEIVER_PORT, "127.0.0.1", () => resolve(server));
  });
}
