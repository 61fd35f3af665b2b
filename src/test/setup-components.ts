import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Testing Library waits 1 s by default. On a busy machine, code that loads late takes longer.
configure({ asyncUtilTimeout: 20_000 });
// Testing Library cleans up without this only where `afterEach` is a global.
afterEach(cleanup);
