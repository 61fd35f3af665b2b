import { runCrashTests } from "@/test/crash/run";

/**
 * `npm run test:crash`: kills processes and stops databases under load, and prints a full account. It exits with 1
 * after a violation.
 */
// After an orderly exit the database that the test started also ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runCrashTests()) ? 0 : 1);
