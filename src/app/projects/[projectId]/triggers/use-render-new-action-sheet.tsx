"use client";

import dynamic from "next/dynamic";
import { useCallback, type ComponentProps } from "react";
import type { RenderNewActionSheet } from "@/features/triggers/types";
import { useWasOpened } from "@/lib/use-was-opened";

/** The browser loads the script of the sheet when the sheet first opens. */
const NewActionSheet = dynamic(() =>
  import("@/features/actions/new-action-sheet").then(({ NewActionSheet }) => NewActionSheet),
);

/**
 * Returns a function that renders the sheet in which a person creates an action. The form of a trigger calls that
 * function.
 */
export function useRenderNewActionSheet(projectId: string): RenderNewActionSheet {
  return useCallback((sheet) => <SheetOnceOpened projectId={projectId} {...sheet} />, [projectId]);
}

function SheetOnceOpened(props: ComponentProps<typeof NewActionSheet>) {
  return useWasOpened(props.open) ? <NewActionSheet {...props} /> : null;
}
