import { runCrashTests } from "@/test/crash/run";

/**
 * `npm run test:crash`: kills processes and stops databases under load, and prints a full account. Exits with 1 after a
 * violation.
 */
// An orderly exit also ends the database that the test started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runCrashTests()) ? 0 : 1);
