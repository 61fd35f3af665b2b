"use client";

import type { ComponentProps } from "react";
import { NewTriggerPage } from "@/features/triggers/new-trigger-page";
import { useNewActionSlot } from "./use-new-action-slot";

/** Shows the page of a new trigger. A sheet over it makes new actions. */
export function NewTriggerWithActions(props: Omit<ComponentProps<typeof NewTriggerPage>, "newAction">) {
  return <NewTriggerPage {...props} newAction={useNewActionSlot(props.projectId)} />;
}
