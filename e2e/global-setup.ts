import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "./app";
import { settings } from "./settings";

/** Starts the program once for all tests, on data of its own, and ends it as a person would. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { port, admin, eventKey, receiverPorts } = await settings();
  const dataDir = mkdtempSync(join(tmpdir(), "trigger-system-e2e-"));
  // passable, so that as root the database's user reaches it
  chmodSync(dataDir, 0o711);
  const app = await startApp({
    port,
    dataDir,
    env: {
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      DEMO_EVENT_KEY: eventKey,
      WEBHOOK_ALLOWED_HOSTS: receiverPorts.map((receiver) => `127.0.0.1:${receiver}`).join(","),
      LOG_LEVEL: "warn",
    },
  });
  return async () => {
    const code = await app.stop();
    rmSync(dataDir, { recursive: true, force: true });
    if (code !== 0) throw new Error(`The program did not end in order: code ${code}. Its output is in test-results/app.log.`);
  };
}
