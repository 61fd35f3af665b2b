"use client";

import type { ComponentProps } from "react";
import { EditTriggerPage } from "@/features/triggers/edit-trigger-page";
import { useNewActionSlot } from "./use-new-action-slot";

/** Shows the page of a trigger. A sheet over it makes new actions. */
export function EditTriggerWithActions(props: Omit<ComponentProps<typeof EditTriggerPage>, "newAction">) {
  return <EditTriggerPage {...props} newAction={useNewActionSlot(props.projectId)} />;
}
