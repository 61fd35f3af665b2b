"use client";

import dynamic from "next/dynamic";
import { useCallback, useState, type ComponentProps, type ReactNode } from "react";
import { EditTrigger } from "@/features/triggers/edit-trigger";
import { NewTrigger } from "@/features/triggers/new-trigger";
import type { NewActionSlot } from "@/features/triggers/types";

/** Its script is loaded when the sheet is opened for the first time. */
const NewActionSheet = dynamic(() =>
  import("@/features/actions/new-action-sheet").then(({ NewActionSheet }) => NewActionSheet),
);

/** The page of a new trigger, whose actions can be made in a sheet over it. */
export function NewTriggerWithActions(props: Omit<ComponentProps<typeof NewTrigger>, "newAction">) {
  return <NewTrigger {...props} newAction={useNewAction(props.projectId)} />;
}

type EditProps = { projectId: string; triggerId: string; backfills: ReactNode };

/** The page of a trigger, whose actions can be made in a sheet over it. */
export function EditTriggerWithActions(props: EditProps) {
  return <EditTrigger {...props} newAction={useNewAction(props.projectId)} />;
}

function useNewAction(projectId: string): NewActionSlot {
  return useCallback((sheet) => <SheetOnceOpened projectId={projectId} {...sheet} />, [projectId]);
}

function SheetOnceOpened(props: ComponentProps<typeof NewActionSheet>) {
  const [wasOpened, setWasOpened] = useState(false);
  if (props.open && !wasOpened) setWasOpened(true);
  return wasOpened ? <NewActionSheet {...props} /> : null;
}
