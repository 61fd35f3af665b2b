import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { request } from "@playwright/test";
import { startApp } from "./app";
import { ADMIN_COOKIES_FILE, getRunSettings } from "./settings";

/** Starts the program once for all tests, with a new database, and stops it as Ctrl-C does. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { url, port, dataDir, admin, eventKey, receiverPorts } = await getRunSettings();
  mkdirSync(dataDir);
  // If root runs the tests, PostgreSQL runs as another user, who must be able to enter this folder.
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
  const signedIn = await request.newContext({ baseURL: url });
  const answer = await signedIn.post("/api/auth/sign-in/email", {
    data: { email: admin.email, password: admin.password },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`The admin cannot sign in: ${await answer.text()}`);
  await signedIn.storageState({ path: ADMIN_COOKIES_FILE });
  await signedIn.dispose();
  return async () => {
    const code = await app.stop();
    rmSync(dataDir, { recursive: true, force: true });
    if (code !== 0)
      throw new Error(`The program did not end in order: code ${code}. Its output is in test-results/app.log.`);
  };
}
