import { runFaultTests } from "@/test/faults/run";

/**
 * `npm run test:delivery-faults`: causes every fault of a delivery, and prints a full account. Exits with 1 after a
 * violation.
 */
// An orderly exit also ends the database that the test started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runFaultTests()) ? 0 : 1);
