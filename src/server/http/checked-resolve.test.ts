import { describe, expect, test } from "vitest";
import type { NameLookupOfProject } from "./name-resolver";
import { createCheckedResolve, makeSocketLookup } from "./checked-resolve";

const asker: NameLookupOfProject = { projectId: "", state: "answered" };

type Answer = { error: unknown; address: unknown; family: number | undefined };

function lookUp(addresses: string[], options: { all?: boolean; family?: number }): Promise<Answer> {
  const resolve = createCheckedResolve(async () => addresses.map((address) => ({ address, family: 0 })));
  return new Promise((settle) => {
    makeSocketLookup(resolve, asker)("hooks.example.com", options, (error, address, family) =>
      settle({ error, address, family }),
    );
  });
}

describe("the look-up that sockets are made with", () => {
  test("gives all answers where all are asked for, with families of its own finding", async () => {
    const { error, address } = await lookUp(["8.8.8.8", "2606:4700::1111"], { all: true });
    expect(error).toBeNull();
    expect(address).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
  });

  test("gives one answer, of the family asked for, otherwise", async () => {
    const both = ["8.8.8.8", "2606:4700::1111"];
    expect(await lookUp(both, {})).toEqual({ error: null, address: "8.8.8.8", family: 4 });
    expect(await lookUp(both, { family: 6 })).toEqual({ error: null, address: "2606:4700::1111", family: 6 });
    expect(await lookUp(["8.8.8.8"], { family: 6 })).toMatchObject({ error: { failure: { code: "dns" } } });
  });

  test.each([{ all: true }, {}, { family: 4 }])("refuses if any answer is bad, asked with %j", async (options) => {
    expect(await lookUp(["8.8.8.8", "::1"], options)).toMatchObject({
      error: { failure: { code: "blocked", stage: "dns" } },
    });
  });
});

test("remembered names are forgotten, the oldest first", async () => {
  let address = "8.8.8.8";
  const resolve = createCheckedResolve(async () => [{ address, family: 4 }]);
  for (let index = 0; index <= 1000; index += 1) await resolve(`host${index}.example.com`, asker);
  address = "10.0.0.1";
  await expect(resolve("host0.example.com", asker)).rejects.toMatchObject({ failure: { stage: "dns" } });
  await expect(resolve("host1.example.com", asker)).rejects.toMatchObject({ failure: { stage: "dns-rebind" } });
});
