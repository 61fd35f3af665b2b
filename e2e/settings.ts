import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../src/server/db/embedded/postmaster";

/*
 * The settings of one test run. Each Playwright worker loads this file. The first load chooses the values and stores
 * them in the environment, and later loads read them from there.
 */

export type RunSettings = {
  url: string;
  port: number;
  /** the folder of the run's data, which the global setup creates */
  dataDir: string;
  admin: { email: string; password: string };
  /** the event key of the demo project */
  eventKey: string;
  /** the local ports that webhooks may call, one per simultaneous receiver */
  receiverPorts: number[];
};

const VARIABLE = "E2E_SETTINGS";
/** The file with the first admin's session cookies. All tests share one sign-in, because sign-ins are rate-limited. */
export const ADMIN_COOKIES_FILE = "test-results/admin.json";
const RECEIVERS = 6;

export async function getRunSettings(): Promise<RunSettings> {
  const chosen = process.env[VARIABLE];
  if (chosen) return JSON.parse(chosen) as RunSettings;
  const port = await findFreePort();
  const receiverPorts: number[] = [];
  while (receiverPorts.length < RECEIVERS) {
    const next = await findFreePort();
    if (next !== port && !receiverPorts.includes(next)) receiverPorts.push(next);
  }
  const made: RunSettings = {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir: join(tmpdir(), `trigger-system-e2e-${port}-${process.pid}`),
    admin: { email: "admin@example.com", password: "correct-horse-battery" },
    eventKey: "tsk_end_to_end_0123456789",
    receiverPorts,
  };
  process.env[VARIABLE] = JSON.stringify(made);
  return made;
}
