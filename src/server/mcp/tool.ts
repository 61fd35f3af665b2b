import { z } from "zod";
import type { Permission } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { ExecutionHandles } from "./execution-handles";

/** One call of a tool, with the context of its project. */
export type McpToolCall<Input> = {
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

export type McpTool = Described & { run(call: McpToolCall<unknown>): Promise<unknown> };

export function defineMcpTool<const D extends Described>(
  described: D,
  run: (call: McpToolCall<z.output<z.ZodObject<D["input"]>>>) => Promise<z.input<D["answer"]>>,
): McpTool {
  return { ...described, run: (call) => run(call as McpToolCall<z.output<z.ZodObject<D["input"]>>>) };
}

/** The input of a list's page. Pages for agents are small. */
export const toolPageInput = {
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.number().int().min(1).max(50).default(10),
};
