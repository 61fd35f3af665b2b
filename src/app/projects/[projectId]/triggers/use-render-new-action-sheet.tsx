"use client";

import dynamic from "next/dynamic";
import { useCallback, type ComponentProps } from "react";
import type { RenderNewActionSheet } from "@/features/triggers/types";
import { useWasOpened } from "@/lib/use-was-opened";

/** The script of the sheet is loaded when the sheet first opens. */
const NewActionSheet = dynamic(() =>
  import("@/features/actions/new-action-sheet").then(({ NewActionSheet }) => NewActionSheet),
);

/** The sheet that makes an action over the form of a trigger. */
export function useRenderNewActionSheet(projectId: string): RenderNewActionSheet {
  return useCallback((sheet) => <SheetOnceOpened projectId={projectId} {...sheet} />, [projectId]);
}

function SheetOnceOpened(props: ComponentProps<typeof NewActionSheet>) {
  return useWasOpened(props.open) ? <NewActionSheet {...props} /> : null;
}
