import { expect, test } from "vitest";
import { listCommandsForPath } from "./commands-for-path";
import { projectCommands, listCommandsForPerson } from "./project-commands";

test("no two commands share an id or keys, and no key sequence is the start of a page's own shortcut", () => {
  const ids = projectCommands.map((command) => command.id);
  const keys = projectCommands.flatMap((command) => (command.keys ? [command.keys.join(" ")] : []));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(keys).size).toBe(keys.length);
  // J and K move through lists, so no command may use them.
  for (const key of ["j", "k", "?"]) expect(projectCommands.some((command) => command.keys?.[0] === key)).toBe(false);
});

test("a person sees what their permissions allow, and their other projects", () => {
  const list = listCommandsForPerson({
    projectId: "prj_1",
    projects: [
      { id: "prj_1", name: "One" },
      { id: "prj_2", name: "Two" },
    ],
    permissions: ["project:read"],
  });
  expect(list.map((command) => command.id)).toEqual([
    "go-overview",
    "go-executions",
    "go-decisions",
    "go-observations",
    "go-triggers",
    "go-actions",
    "go-settings",
    "go-model-prices",
    "create-project",
    "toggle-theme",
    "account",
    "project-prj_2",
  ]);
});

test("the commands of a page act on the open execution, trigger or action", () => {
  const labels = (path: string) => listCommandsForPath(path).map(({ label }) => label);
  expect(labels("/projects/prj_1/executions/exe_1")).toEqual([
    "Copy the id",
    "Open this execution as a page",
    "Send this execution again",
  ]);
  expect(labels("/projects/prj_1/actions/act_1")).toContain("Failures of this action");
  expect(labels("/projects/prj_1/triggers/new")).toEqual([]);
  expect(labels("/projects/prj_1/executions")).toEqual([]);
  expect(labels("/projects/prj_1/observations/a%2Fb")).toEqual(["Copy the id", "Its menu"]);
});

test("a page's command with a single key does not start a two-key sequence", () => {
  const single = listCommandsForPath("/projects/prj_1/triggers/trg_1").flatMap(({ keys }) =>
    keys?.length === 1 ? keys : [],
  );
  expect(single.sort()).toEqual([".", "e"]);
  expect(projectCommands.some(({ keys }) => keys && single.includes(keys[0]))).toBe(false);
});
