import { z } from "zod";
import type { Permission } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { ExecutionHandles } from "./handles";

/** One call of a tool, with the context of its project. */
export type ToolCall<Input> = {
  base: ServiceContext;
  token: TokenActor;
  project: ProjectContext;
  input: Input;
  handles: ExecutionHandles;
  signal: AbortSignal;
};

type Described = {
  name: string;
  title: string;
  /** for the agent: what the tool does, when to use it, and which tool to call first */
  description: string;
  input: z.ZodRawShape;
  /** the fields of the answer; no other field leaves the server */
  answer: z.ZodType<object>;
  permission: Permission;
  /** whether the tool changes something */
  writes: boolean;
  /** whether the answer holds text of observations, which an agent must not obey */
  hasForeignText: boolean;
};

export type Tool = Described & { run(call: ToolCall<unknown>): Promise<unknown> };

export function defineTool<const D extends Described>(
  described: D,
  run: (call: ToolCall<z.output<z.ZodObject<D["input"]>>>) => Promise<z.input<D["answer"]>>,
): Tool {
  return { ...described, run: (call) => run(call as ToolCall<z.output<z.ZodObject<D["input"]>>>) };
}

/** The input of a list's page. Pages for agents are small. */
export const pageInput = {
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.number().int().min(1).max(50).default(10),
};
