import { runCrashTests } from "@/test/crash/run";

/** `npm run test:crash`: kills processes and stops databases under load, and draws up a full account. Exit code 1 where anything is violated. */
// Leaves in order, so that the database that it started ends with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runCrashTests()) ? 0 : 1);
