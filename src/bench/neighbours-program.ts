import { randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import type { WebhookInput } from "@/domain/action/webhook/config";
import type { Filter } from "@/domain/filter/schema";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { createTestContext, type TestContext } from "@/test/context";
import { levelIs, makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { startNameServer } from "@/test/name-server";
import { makeUser, TEST_PASSWORD } from "@/test/people";
import { makeBenchObservation, startBenchProcess } from "./deliver-app";
import { startBenchReceiver, type BenchReceiver } from "./deliver-receiver";

/** A running program with two projects: one sends at a steady pace, and the other disturbs it. */
export type TwoProjectProgram = {
  ctx: TestContext;
  receiver: BenchReceiver;
  /** The project that disturbs the other one. */
  projectId: string;
  /**
   * Makes a webhook action in the disturbing project.
   * @param url by default a receiver that answers at once
   */
  makeAction(change?: Partial<WebhookInput>, url?: string): Promise<string>;
  makeTrigger(actionIds: string[], filter: Filter): Promise<{ id: string }>;
  sendAsNeighbour(id: string): Promise<void>;
  /** Sends observations of the disturbing project. Returns the HTTP status of the answer. */
  send(observations: readonly object[]): Promise<number>;
  /** Sends any request to the event endpoint with the disturbing project's key, and ignores the answer. */
  sendRaw(body: Buffer, signal: AbortSignal): Promise<void>;
  /** Calls the API as an owner of the disturbing project, and ignores the answer. */
  query(procedure: string, input: object, signal: AbortSignal): Promise<void>;
  /** Ends the program's process, and starts a new one on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startTwoProjectProgram(): Promise<TwoProjectProgram> {
  const postgres = await startThrowawayPostgres({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
  await applyMigrations(postgres.connectionString);
  const receiver = await startBenchReceiver();
  const encryptionKey = randomBytes(32).toString("base64");
  const db = createDatabase(postgres.connectionString, 4);
  const ctx = { ...createTestContext(db), cipher: createCipher([encryptionKey]) };
  const neighbour = await makeProject(ctx);
  const neighbourKey = await makeEventKey(ctx, neighbour.id);
  const quietAction = await makeAction(ctx, neighbour.id, receiver.url, { detail: "full" });
  await makeTrigger(ctx, neighbour.id, [quietAction.id], { filter: levelIs("ERROR") });
  const { id: projectId } = await makeProject(ctx, { viewersSeeBodies: true });
  const key = await makeEventKey(ctx, projectId);
  const owner = await makeUser(ctx, { [projectId]: "owner" });
  // This name server never answers, so that each look-up lasts its full 5 s.
  const nameServer = await startNameServer(() => "silence");
  const agent = new Agent({ connections: 128 });
  // The disturbing requests have their own connections, because the program closes the connection of a refused body.
  const flood = new Agent({ connections: 128 });
  const options = {
    connectionString: postgres.connectionString,
    encryptionKey,
    allowedHosts: [receiver.host],
    nameServer: nameServer.address,
  };
  let app = await startBenchProcess(options);
  let cookie = "";

  const post = async (path: string, body: string, signal?: AbortSignal) => {
    const headers = { "content-type": "application/json", origin: app.url, cookie };
    const answer = await request(`${app.url}${path}`, { method: "POST", body, headers, dispatcher: agent, signal });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, cookies: answer.headers["set-cookie"] };
  };
  const credentials = JSON.stringify({ email: owner.email, password: TEST_PASSWORD });
  const { cookies = [], text: refusal } = await post("/api/auth/sign-in/email", credentials);
  cookie = [cookies]
    .flat()
    .map((each) => each.split(";")[0])
    .join("; ");
  if (cookie === "") throw new Error(`Nobody could sign in: ${refusal}`);
  const eventsOf = (observations: readonly object[]): string =>
    JSON.stringify(observations.map((each) => ({ name: "observation.created", data: { observation: each } })));
  return {
    ctx,
    receiver,
    projectId,
    makeAction: async (change = {}, url = `${receiver.url}other`) => (await makeAction(ctx, projectId, url, change)).id,
    async sendRaw(body, signal) {
      const headers = { "content-type": "application/json" };
      const options = { method: "POST", body, headers, dispatcher: flood, signal } as const;
      // A request that is refused before its body was read may end with a connection reset.
      await request(`${app.url}/e/${key}`, options).then(
        (answer) => answer.body.dump(),
        () => undefined,
      );
    },
    makeTrigger: (actionIds, filter) => makeTrigger(ctx, projectId, actionIds, { filter }),
    async sendAsNeighbour(id) {
      const { status, text } = await post(`/e/${neighbourKey}`, eventsOf([makeBenchObservation(id, "answer")]));
      if (status !== 200) throw new Error(`The event endpoint answered ${status}: ${text}`);
    },
    send: async (observations) => (await post(`/e/${key}`, eventsOf(observations))).status,
    async query(procedure, input, signal) {
      await post(`/api/trpc/${procedure}`, JSON.stringify({ json: input }), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
    async restart() {
      await app.stop();
      app = await startBenchProcess(options);
    },
    async stop() {
      await agent.destroy();
      await flood.destroy();
      await app.stop();
      await ctx.close();
      await db.$disconnect();
      await receiver.close();
      await nameServer.close();
      await postgres.stop();
    },
  };
}
