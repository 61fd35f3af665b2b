import { runFaultTests } from "@/test/faults/run";

/** `npm run test:delivery-faults`: lets go wrong what can, and draws up a full account. Exit code 1 where anything is violated. */
// Leaves in order, so that the database that it started ends with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exit((await runFaultTests()) ? 0 : 1);
