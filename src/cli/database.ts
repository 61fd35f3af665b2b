import type { Env } from "@/env";
import { createCipher } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { createDatabase } from "@/server/db/client";
import { findEmbedded } from "@/server/db/embedded";
import { StartProblem } from "@/server/db/start-problem";
import { createSender } from "@/server/http/send";
import { log } from "@/server/log";
import { guardPolicyFor } from "@/server/services/webhook-policy";
import { loadEncryptionKey } from "./serve/encryption-key";

/**
 * A context for a command that works beside the running program, on its database.
 * @throws StartProblem where the program does not run
 */
export async function openContext(given: Env, label: string): Promise<{ ctx: ServiceContext; close(): Promise<void> }> {
  const embedded = given.databaseUrl ? undefined : await findEmbedded(given.dataDir);
  const env = embedded ? onPort(given, embedded.holder.servePort) : given;
  const connectionString = given.databaseUrl ?? embedded?.connectionString;
  if (!connectionString) throw new StartProblem(`The program does not run on ${env.dataDir}. Start it first, in another terminal: npm start`);
  const db = createDatabase(connectionString, 3);
  const guard = guardPolicyFor(env, { isDemo: false });
  const http = createSender({ policy: guard });
  const ctx: ServiceContext = {
    db,
    env,
    now: () => new Date(),
    log,
    actor: { type: "system", label },
    cipher: createCipher(env.encryptionKeys.length > 0 ? env.encryptionKeys : [loadEncryptionKey(env.dataDir)]),
    guard,
    http,
    // Browsers look again by themselves; a command has nothing to tell them and sends no events of its own.
    live: { touch: () => undefined, async *subscribe() {}, close: async () => undefined },
    // Commands change rows; what runs is the program's affair.
    engine: { kind: "inngest", dashboardUrl: "" },
    send: () => Promise.reject(new Error("A command sends no events to the engine.")),
  };
  return {
    ctx,
    async close() {
      await http.close();
      await db.$disconnect();
    },
  };
}

/** The port is the running program's, whatever PORT says in this terminal; without APP_URL so is the address. */
const onPort = (env: Env, port: number): Env => ({ ...env, port, appUrl: env.appUrl === `http://localhost:${env.port}` ? `http://localhost:${port}` : env.appUrl });
