"use client";

import type { ComponentProps } from "react";
import { EditTriggerPage } from "@/features/triggers/edit-trigger-page";
import { useRenderNewActionSheet } from "./use-render-new-action-sheet";

/** Shows the page of a trigger. A sheet over it makes new actions. */
export function EditTriggerWithActionSheet(props: Omit<ComponentProps<typeof EditTriggerPage>, "newAction">) {
  return <EditTriggerPage {...props} newAction={useRenderNewActionSheet(props.projectId)} />;
}
