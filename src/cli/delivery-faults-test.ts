import { runFaultTests } from "@/test/faults/run";

/**
 * `npm run test:delivery-faults`: causes every kind of fault in deliveries, and reports the outcomes. It exits with 1
 * if a guarantee was violated.
 */
// `process.exit` also stops the database that the test has started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runFaultTests()) ? 0 : 1);
