import { onlineManager } from "@tanstack/react-query";
import { afterEach, expect, test } from "vitest";
import { createQueryClient } from "./client";

afterEach(() => onlineManager.setOnline(true));

test("a browser without a network asks a server on its own machine, and a failed query goes on once the network is back", async () => {
  const client = createQueryClient();
  client.mount();
  onlineManager.setOnline(false);
  await expect(client.fetchQuery({ queryKey: ["local"], queryFn: () => "rows" })).resolves.toBe("rows");

  let isReachable = false;
  const answer = client.fetchQuery({
    queryKey: ["remote"],
    retry: 1,
    retryDelay: 0,
    queryFn: () => (isReachable ? "rows" : Promise.reject(new Error("no network"))),
  });
  await expect.poll(() => client.getQueryState(["remote"])?.fetchStatus).toBe("paused");
  isReachable = true;
  onlineManager.setOnline(true);
  await expect(answer).resolves.toBe("rows");
});
