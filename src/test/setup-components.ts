import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Testing Library waits 1 s by itself. Late code takes longer to load on a busy machine.
configure({ asyncUtilTimeout: 20_000 });
// Testing Library cleans up by itself only where `afterEach` is global.
afterEach(cleanup);
