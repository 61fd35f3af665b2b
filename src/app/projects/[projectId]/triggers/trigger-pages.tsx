"use client";

import { useCallback, type ReactNode } from "react";
import { NewActionSheet } from "@/features/actions/new-action-sheet";
import { EditTrigger } from "@/features/triggers/edit-trigger";
import { NewTrigger } from "@/features/triggers/new-trigger";
import type { NewActionSlot } from "@/features/triggers/types";

/** The page of a new trigger, whose actions can be made in a sheet over it. */
export function NewTriggerWithActions({ projectId }: { projectId: string }) {
  return <NewTrigger projectId={projectId} newAction={useNewAction(projectId)} />;
}

type EditProps = { projectId: string; triggerId: string; backfills: ReactNode };

/** The page of a trigger, whose actions can be made in a sheet over it. */
export function EditTriggerWithActions(props: EditProps) {
  return <EditTrigger {...props} newAction={useNewAction(props.projectId)} />;
}

function useNewAction(projectId: string): NewActionSlot {
  return useCallback((sheet) => <NewActionSheet projectId={projectId} {...sheet} />, [projectId]);
}
