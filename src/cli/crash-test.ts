import { runCrashTests } from "@/test/crash/run";

/**
 * `npm run test:crash`: kills processes and stops databases under load, and reports lost or repeated work. It exits
 * with 1 if a guarantee was violated.
 */
// `process.exit` also stops the database that the test has started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runCrashTests()) ? 0 : 1);
