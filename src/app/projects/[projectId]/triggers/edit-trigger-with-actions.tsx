"use client";

import type { ComponentProps } from "react";
import { EditTrigger } from "@/features/triggers/edit-trigger";
import { useNewActionSlot } from "./use-new-action-slot";

/** Shows the page of a trigger. A sheet over it makes new actions. */
export function EditTriggerWithActions(props: Omit<ComponentProps<typeof EditTrigger>, "newAction">) {
  return <EditTrigger {...props} newAction={useNewActionSlot(props.projectId)} />;
}
