"use client";

import type { ComponentProps } from "react";
import { NewTrigger } from "@/features/triggers/new-trigger";
import { useNewActionSlot } from "./use-new-action-slot";

/** Shows the page of a new trigger. A sheet over it makes new actions. */
export function NewTriggerWithActions(props: Omit<ComponentProps<typeof NewTrigger>, "newAction">) {
  return <NewTrigger {...props} newAction={useNewActionSlot(props.projectId)} />;
}
