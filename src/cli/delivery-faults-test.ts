import { runFaultTests } from "@/test/faults/run";

/**
 * `npm run test:delivery-faults`: causes every fault of a delivery, and prints a full account. It exits with 1 after a
 * violation.
 */
// After an orderly exit the database that the test started also ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runFaultTests()) ? 0 : 1);
