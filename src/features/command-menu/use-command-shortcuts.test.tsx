import { renderHook } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { projectCommands, type Command } from "./project-commands";
import { useCommandShortcuts } from "./use-command-shortcuts";

/** Renders the hook with these commands. */
function listen(arrived: readonly Command[] | null) {
  const seen: string[] = [];
  const hook = renderHook(
    ({ now }: { now: readonly Command[] | null }) =>
      useCommandShortcuts({
        commands: now,
        onCommand: ({ id }) => seen.push(id),
        onMenu: () => seen.push("menu"),
        onEarlyKey: undefined,
        onHelp: () => seen.push("help"),
      }),
    { initialProps: { now: arrived } },
  );
  return { seen, arrive: () => hook.rerender({ now: projectCommands }) };
}

test("the two keys of a command run it, and the menu and the help have keys of their own", async () => {
  const { seen } = listen(projectCommands);
  await userEvent.keyboard("ge{Control>}k{/Control}?");
  expect(seen).toEqual(["go-executions", "menu", "help"]);
});

test("keys that are pressed before the commands have loaded run their command once, after loading", async () => {
  const { seen, arrive } = listen(null);
  await userEvent.keyboard("ge?");
  expect(seen).toEqual(["help"]);
  arrive();
  expect(seen).toEqual(["help", "go-executions"]);
  await userEvent.keyboard("gd");
  expect(seen).toEqual(["help", "go-executions", "go-decisions"]);
});
