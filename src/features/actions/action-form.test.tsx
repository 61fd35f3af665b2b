import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { describe, expect, test, vi } from "vitest";
import { listActionTypes, registerActionType } from "@/domain/action/registry";
import { registerEventSource } from "@/domain/event-source/registry";
import { TRPCProvider } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";
import { linesType } from "@/test/lines-type";
import { scoreCreated } from "@/test/score-created";
import { ActionForm } from "./action-form";
import { makeNewActionFormValues, type ActionFormValues } from "./types";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

/** A tRPC client whose calls never get an answer. */
const silentClient = createTRPCClient<AppRouter>({ links: [() => () => observable(() => undefined)] });

type Change = { actionId?: string; eventSource?: string; isReadOnly?: boolean; client?: typeof silentClient };

function start(initial: ActionFormValues = makeNewActionFormValues(), change: Change = {}) {
  const saved: ActionFormValues[] = [];
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={change.client ?? silentClient} queryClient={queryClient}>
        <ActionForm
          projectId="prj_1"
          actionId={change.actionId ?? null}
          initial={initial}
          eventSource={change.eventSource}
          isReadOnly={change.isReadOnly ?? false}
          mayTest
          save={async (values) => void saved.push(structuredClone(values))}
          onConflict={() => undefined}
        />
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return { user: userEvent.setup(), saved };
}
const create = () => screen.getByRole("button", { name: "Create action" });

describe("the form of a webhook", () => {
  test("has every field of its action type, with the initial values of a new action", async () => {
    const { user, saved } = start();
    for (const name of ["URL", "Connect", "First byte", "Whole request", "Requests at once"])
      expect(screen.getByLabelText(new RegExp(`^${name}`))).toBeTruthy();
    expect(screen.queryAllByLabelText(/^Type/)).toHaveLength(listActionTypes().length > 1 ? 1 : 0);
    await user.type(screen.getByLabelText(/^Name/), "Chat");
    await user.type(screen.getByLabelText(/^URL/), "https://example.com/hook");
    await user.click(create());
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toMatchObject({
      name: "Chat",
      type: "webhook",
      configuration: {
        url: "https://example.com/hook",
        method: "POST",
        timeouts: { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 },
        maxPerSecond: null,
        storeResponse: true,
      },
    });
  });

  test("shows the schema's errors at their fields, also at a field in a closed section", async () => {
    const { user, saved } = start({ ...makeNewActionFormValues(), name: "Chat" });
    const connect = screen.getByLabelText(/^Connect/);
    await user.clear(connect);
    await user.type(connect, "5");
    await user.click(create());
    expect(await screen.findByText("at least 100 ms")).toBeTruthy();
    expect(connect.closest("details")?.open).toBe(true);
    expect(saved).toHaveLength(0);
  });

  test("shows for a saved action how to verify signatures", () => {
    start({ ...makeNewActionFormValues(), name: "Chat" }, { actionId: "act_1" });
    expect(screen.getAllByText(/signature/i).length).toBeGreaterThan(0);
  });
});

describe("the form of an action whose trigger listens to a second event source", () => {
  test("has the template, the preview and the test of that source, until a person chooses another one", async () => {
    const undo = registerEventSource(scoreCreated);
    const calls: { path: string; input: unknown }[] = [];
    const client = createTRPCClient<AppRouter>({
      links: [
        () =>
          ({ op: { path, input } }) =>
            observable(() => void calls.push({ path, input })),
      ],
    });
    const sourcesOf = (path: string) =>
      calls.filter((call) => call.path === path).map(({ input }) => (input as { eventSource?: string }).eventSource);
    try {
      const { user } = start({ ...makeNewActionFormValues(), name: "Chat" }, { client, eventSource: "score.created" });
      await user.type(screen.getByLabelText(/^URL/), "https://example.com/hook");
      expect(screen.queryByRole("radiogroup", { name: "Start from" })).toBeNull();
      await user.click(screen.getByRole("radio", { name: "Template" }));
      expect(screen.getByLabelText<HTMLTextAreaElement>("Template").value).toContain("{{ score.name }}");
      await waitFor(() => expect(new Set(sourcesOf("action.previewTemplate"))).toEqual(new Set(["score.created"])));
      expect(new Set(sourcesOf("observation.list"))).toEqual(new Set(["score.created"]));
      await user.click(screen.getByRole("radio", { name: "Own JSON" }));
      expect(screen.getByLabelText<HTMLTextAreaElement>("Event as JSON").value).toContain("helpfulness");
      await user.click(screen.getByRole("button", { name: "Send a test" }));
      await waitFor(() => expect(sourcesOf("action.sendTest")).toEqual(["score.created"]));

      await user.click(screen.getByLabelText(/^Events/));
      await user.click(await screen.findByRole("option", { name: "Observation created or updated" }));
      expect(screen.getByRole("radiogroup", { name: "Start from" })).toBeTruthy();
      await waitFor(() => expect(sourcesOf("action.previewTemplate")).toContain("observation.created"));
    } finally {
      undo();
    }
  });

  test("has no choice of events while the program has one event source", () => {
    start();
    expect(screen.queryByLabelText(/^Events/)).toBeNull();
    expect(screen.getByRole("radiogroup", { name: "Start from" })).toBeTruthy();
  });
});

describe("the form of a second type", () => {
  test("shows the fields that its action type describes, and validates them by the schema", async () => {
    const undo = registerActionType(linesType);
    try {
      const { user, saved } = start();
      await user.type(screen.getByLabelText(/^Name/), "Lines");
      await user.click(screen.getByLabelText(/^Type/));
      await user.click(await screen.findByRole("option", { name: "Test lines" }));
      expect(screen.queryByLabelText(/^URL/)).toBeNull();
      await user.click(create());
      expect(await screen.findByText("Enter the path of a file.")).toBeTruthy();
      await user.type(screen.getByLabelText(/^Path/), "/tmp/lines");
      await user.click(screen.getByRole("checkbox", { name: "Flush" }));
      await user.click(create());
      await waitFor(() => expect(saved).toHaveLength(1));
      expect(saved[0]).toEqual({
        name: "Lines",
        type: "test-lines",
        configuration: { path: "/tmp/lines", prefix: "", flush: true, retry: { preset: "none" } },
      });
    } finally {
      undo();
    }
  });

  test("says at the choice and above the form why this installation cannot deliver the type", async () => {
    const undo = registerActionType(linesType);
    const types = [{ name: "test-lines", label: "Test lines", description: "", unavailable: "Set TEST_LINES=1." }];
    const client = createTRPCClient<AppRouter>({
      links: [
        () =>
          ({ op }) =>
            observable((observer) => {
              if (op.path === "action.types") observer.next({ result: { type: "data", data: types } });
            }),
      ],
    });
    try {
      start({ ...makeNewActionFormValues("test-lines"), name: "Lines" }, { client });
      expect(await screen.findByText("Set TEST_LINES=1.")).toBeTruthy();
      expect(screen.getByText("Test lines: nothing of this type is delivered here")).toBeTruthy();
    } finally {
      undo();
    }
  });

  test("shows nothing about signatures for a type that signs nothing", () => {
    const undo = registerActionType(linesType);
    try {
      start({ ...makeNewActionFormValues("test-lines"), name: "Lines" }, { actionId: "act_1" });
      expect(screen.getByLabelText(/^Path/)).toBeTruthy();
      expect(screen.queryByText(/verify/i)).toBeNull();
    } finally {
      undo();
    }
  });
});
